import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import {
  beginAttempt,
  settleAttempt,
  type Attempt,
  type AttemptPolicy,
  type Outcome,
} from '../../src/auth/attempts/attempt.scripts.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const POLICY: AttemptPolicy = { free: 3, firstMs: 60_000, longestMs: 100_000, keepMs: 86_400_000 };
let at: TestRedis;

beforeAll(async () => void (at = await startTestRedis()));
afterAll(async () => {
  expect(await unknownKeys(at.redis)).toEqual([]);
  await at.stop();
});

const attempt = (account: string, policy = POLICY, counter = 'strangers'): Attempt => ({
  ...{ account, counter, policy, attemptId: newId() },
});
const begin = async (one: Attempt, underWayMs = 10_000) =>
  (await at.scripts.run(beginAttempt, { ...one, underWayMs })).state;
const settle = async (one: Attempt, outcome: Outcome) =>
  await at.scripts.run(settleAttempt, { ...one, outcome });

async function tryOnce(account: string, outcome: Outcome, policy = POLICY): Promise<string> {
  const one = attempt(account, policy);
  const state = await begin(one);
  if (state === 'begun') await settle(one, outcome);
  return state;
}

describe('attempts under way', () => {
  it('are at most as many as failures are left; the others wait, and are let in as those succeed', async () => {
    const [first, ...others] = Array.from({ length: 5 }, () => attempt('a'));
    if (!first) throw new Error('none');
    expect(await begin(first)).toBe('begun');
    expect(await Promise.all(others.map(async (one) => await begin(one)))).toEqual([
      ...['begun', 'begun', 'busy', 'busy'],
    ]);
    await settle(first, 'succeeded');
    expect(await begin(attempt('a'))).toBe('begun');
    expect(await begin(attempt('a'))).toBe('busy');
  });

  it('count as failed when their process died, and then not once more', async () => {
    const lost = attempt('b');
    await begin(lost, 1);
    await tryOnce('b', 'failed');
    await waitUntil('the lost one is counted', async () => (await settle(lost, 'failed')).failures === 2);
    expect(await settle(lost, 'failed')).toEqual({ failures: 2, delayMs: 0 });
    expect(await tryOnce('b', 'failed')).toBe('begun');
    expect(await tryOnce('b', 'failed')).toBe('locked');
  });

  it('that compared nothing leave no trace', async () => {
    for (let again = 0; again < 10; again += 1) expect(await tryOnce('c', 'withdrawn')).toBe('begun');
    expect(await at.redis.keys('rs:{login:c}:*')).toEqual([]);
  });
});

describe('a delay', () => {
  it('refuses without growing, and is as long as the policy allows at most', async () => {
    for (let failure = 0; failure < 2; failure += 1) await tryOnce('d', 'failed');
    const third = attempt('d');
    await begin(third);
    expect(await settle(third, 'failed')).toEqual({ failures: 3, delayMs: 60_000 });
    const before = await at.redis.hgetall('rs:{login:d}:attempts');
    for (let again = 0; again < 5; again += 1) expect(await tryOnce('d', 'succeeded')).toBe('locked');
    expect(await at.redis.hgetall('rs:{login:d}:attempts')).toEqual(before);
  });

  it('is of one counter: another of the same account goes on', async () => {
    for (let failure = 0; failure < 3; failure += 1) await tryOnce('e', 'failed');
    expect(await tryOnce('e', 'failed')).toBe('locked');
    const known = attempt('e', POLICY, 'a-known-device');
    expect(await begin(known)).toBe('begun');
    await settle(known, 'succeeded');
    expect(await tryOnce('e', 'failed')).toBe('locked');
  });

  it('and its failures are forgotten when the last is old enough', async () => {
    const brief = { ...POLICY, firstMs: 1, longestMs: 1, keepMs: 200 };
    for (let failure = 0; failure < 3; failure += 1)
      await waitUntil('a check is let in', async () => (await tryOnce('f', 'failed', brief)) === 'begun');
    await waitUntil('the key is gone', async () => (await at.redis.exists('rs:{login:f}:attempts')) === 0);
    const fresh = attempt('f');
    await begin(fresh);
    expect(await settle(fresh, 'failed')).toEqual({ failures: 1, delayMs: 0 });
  });
});
