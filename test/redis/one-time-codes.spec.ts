import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CodeSlots } from '../../src/auth/otp/code-slots.js';
import { OneTimeCodes } from '../../src/auth/otp/one-time-codes.js';
import { newId } from '../../src/common/id.js';
import { Secrets } from '../../src/config/secrets.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';

const EMAIL = 'ada@example.org';
const secrets = new Secrets(['a secret that only tests may ever know']);
const slots = new CodeSlots(secrets);
const slot = slots.otp(EMAIL, 'login');
let redis: TestRedis;
let codes: OneTimeCodes;

beforeAll(async () => {
  redis = await startTestRedis();
  codes = new OneTimeCodes(secrets, redis.scripts);
});
beforeEach(async () => {
  await redis.redis.flushall();
});
afterAll(async () => await redis.stop());

const issue = async (order = newId(), where = slot) => await codes.issue(where, 'holder', order);
const other = (code: string | undefined, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');
const guess = async (code: string | undefined, where = slot) => await codes.redeem(where, code ?? '');
const older = async (key: string, ms: number) => {
  for (const member of await redis.redis.zrange(key, 0, '-1')) await redis.redis.zincrby(key, -ms, member);
};

describe('a one-time code', () => {
  it('is six digits, answers whom it is for, and is gone', async () => {
    const code = await issue();
    expect(code).toMatch(/^\d{6}$/);
    expect(await guess(code)).toBe('holder');
    expect(await guess(code)).toBeUndefined();
  });

  it('takes 5 guesses, of which the last may be right', async () => {
    const code = await issue();
    for (let i = 1; i <= 4; i += 1) expect(await guess(other(code, i))).toBeUndefined();
    expect(await guess(code)).toBe('holder');
    const next = await issue();
    for (let i = 1; i <= 5; i += 1) await guess(other(next, i));
    expect(await redis.redis.exists(slot.code)).toBe(0);
    expect(await guess(next)).toBeUndefined();
  });

  it('takes 20 guesses in any hour at one address, whatever they are for', async () => {
    const verify = slots.otp(EMAIL, 'verify_email');
    for (let round = 0; round < 4; round += 1) {
      const where = round % 2 ? verify : slot;
      const code = await issue(newId(), where);
      for (let i = 1; i <= 5; i += 1) await guess(other(code, i), where);
      await older(slot.guesses, 10 * 60_000);
    }
    const code = await issue();
    expect(await guess(code)).toBeUndefined();
    expect(await redis.redis.hget(slot.code, 'guesses')).toBe('0');
    // 40 minutes have passed since the first five: 20 more.
    await older(slot.guesses, 20 * 60_000);
    expect(await guess(code)).toBe('holder');
  });

  it('leaves no trace of guesses where there is no code', async () => {
    expect(await guess('000000')).toBeUndefined();
    expect(await redis.redis.keys('*')).toEqual([]);
  });

  it('is not replaced by that of a mail that was promised earlier', async () => {
    const [early, late] = [newId(), newId()];
    const code = await issue(late);
    expect(await issue(early)).toBeUndefined();
    expect(await guess(code)).toBe('holder');
  });

  it('is replaced when its own mail is sent again', async () => {
    const order = newId();
    await issue(order);
    expect(await guess(await issue(order))).toBe('holder');
  });

  it('is held as a hash, for 10 minutes, under keys that name nobody', async () => {
    const code = await issue();
    await guess(other(code));
    await codes.ask(slots.asked(EMAIL, 'login'), newId());
    const kept = JSON.stringify(await redis.redis.hgetall(slot.code));
    expect(kept).not.toContain(code);
    expect((await redis.redis.keys('*')).join()).not.toMatch(/ada|example/);
    expect(await redis.redis.pttl(slot.code)).toBeGreaterThan(590_000);
    expect(await unknownKeys(redis.redis)).toEqual([]);
  });

  it('reads as nothing where another slot is asked', async () => {
    const code = await issue();
    for (const where of [slots.otp(EMAIL, 'verify_email'), slots.otp('eve@example.org', 'login')])
      expect(await guess(code, where)).toBeUndefined();
  });
});

describe('asking for a code', () => {
  const asked = slots.asked(EMAIL, 'login');
  const ask = async (order = newId()) => await codes.ask(asked, order);

  it('may be done once a minute, and says how long to wait', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(answers.filter((waitMs) => waitMs === 0)).toHaveLength(1);
    const waitMs = Math.max(...answers);
    expect(waitMs > 59_000 && waitMs <= 60_000).toBe(true);
    await older(asked, 60_000);
    expect(await ask()).toBe(0);
  });

  it('may be done 5 times in any hour', async () => {
    for (let i = 0; i < 5; i += 1) {
      expect(await ask()).toBe(0);
      await older(asked, 10 * 60_000);
    }
    const waitMs = await ask();
    expect(waitMs > 9 * 60_000 && waitMs <= 10 * 60_000).toBe(true);
    await older(asked, waitMs);
    expect(await ask()).toBe(0);
  });

  it('counts the same request once', async () => {
    const order = newId();
    expect([await ask(order), await ask(order)]).toEqual([0, 0]);
    expect(await redis.redis.zcard(asked)).toBe(1);
  });
});
