import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RateLimiter } from '../../src/rate-limit/rate-limiter.service.js';
import { limitRule, type Algorithm, type RateLimitRule } from '../../src/rate-limit/rule.js';
import { accountSubject, userSubject } from '../../src/rate-limit/subject.js';
import type { WindowStatus } from '../../src/rate-limit/window.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';
import { age, ALGORITHMS, limiterOn, ruleOf } from '../support/limits.js';
import { startTestRedis, whenReady, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const SHORT_SEC = 1;
const FIXED: RateLimitRule = { name: 'REFRESH', by: 'user', algorithm: 'fixed' };
const SLIDING: RateLimitRule = { name: 'SUBMISSION', by: 'user', algorithm: 'sliding' };

describe('limits on a real Redis', () => {
  let store: TestRedis;
  let limiter: RateLimiter;
  let other: RateLimiter;

  beforeAll(async () => {
    store = await startTestRedis();
    const limits = { SUBMISSION: { count: 5, windowSec: 60 }, REFRESH: { count: 3, windowSec: 60 } };
    limiter = limiterOn(store, limits);
    const scripts = new ScriptRunner(await whenReady(store.connections.shared()));
    other = limiterOn({ ...store, scripts }, limits);
  });
  afterAll(async () => await store.stop());

  const spendOne = async (
    by: RateLimiter,
    userId: string,
    rule: RateLimitRule,
    member: string = crypto.randomUUID(),
  ): Promise<WindowStatus> => {
    const [status] = await by.spend(by.windows.of(userSubject(userId), [rule], member));
    if (!status) throw new Error('no status');
    return status;
  };
  const keyOf = (userId: string, rule: RateLimitRule) =>
    limiter.windows.of(userSubject(userId), [rule])[0]?.key ?? '';

  it.each(ALGORITHMS)('%s: admits exactly 5 of 200 at once over two connections', async (algorithm) => {
    const rule = ruleOf(algorithm, 5, 60);
    const startedAt = performance.now();
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, i) => spendOne(i % 2 ? limiter : other, 'parallel', rule)),
    );
    const tookMs = performance.now() - startedAt;
    // Which connection is faster is not said.
    const left = all.filter(({ allowed }) => allowed).map(({ remaining }) => remaining);
    expect(left.toSorted()).toEqual([0, 1, 2, 3, 4]);
    const untilFreeMs = algorithm === 'gcra' ? 12_000 : 60_000;
    for (const { resetMs } of all.filter(({ allowed }) => !allowed)) {
      expect(resetMs).toBeGreaterThan(untilFreeMs - tookMs - 5);
      expect(resetMs).toBeLessThanOrEqual(untilFreeMs);
    }
  });

  it('sliding holds as many members as were admitted', async () => {
    for (let i = 0; i < 8; i += 1) await spendOne(limiter, 'members', SLIDING);
    expect(await store.redis.zcard('rs:{user:members}:sliding:submission')).toBe(5);
  });

  it.each<[Algorithm, number]>([
    ['fixed', SHORT_SEC * 1_000],
    ['sliding', SHORT_SEC * 1_000],
    ['gcra', (SHORT_SEC * 1_000) / 2],
  ])('%s: a slot frees when it says so, and not before', async (algorithm, afterMs) => {
    const rule = ruleOf(algorithm, 2, SHORT_SEC);
    const beforeFirst = performance.now();
    await spendOne(limiter, 'rolling', rule);
    const afterFirst = performance.now();
    expect((await spendOne(limiter, 'rolling', rule)).allowed).toBe(true);
    const refused = await spendOne(limiter, 'rolling', rule);
    expect(refused.allowed).toBe(false);
    const askedAt = performance.now();
    let lastRefusedAt = askedAt;
    await waitUntil('a slot is free', async () => {
      const at = performance.now();
      if ((await spendOne(limiter, 'rolling', rule)).allowed) return true;
      lastRefusedAt = at;
      return false;
    });
    expect(performance.now() - beforeFirst).toBeGreaterThan(afterMs - 5);
    expect(lastRefusedAt - afterFirst).toBeLessThan(afterMs + 5);
    expect(refused.resetMs).toBeLessThanOrEqual(afterMs);
    expect(await store.redis.pttl(keyOf('rolling', rule))).toBeGreaterThan(0);
  });

  it('waits for as many slots as it takes when a sliding limit was lowered', async () => {
    const [five] = limiter.windows.of(userSubject('lowered'), [SLIDING], 'new');
    if (!five) throw new Error('no window');
    const [sec = '0'] = await store.redis.time();
    const ages = [50_000, 40_000, 30_000, 20_000, 10_000];
    for (const ageMs of ages) await store.redis.zadd(five.key, Number(sec) * 1_000 - ageMs, `m${ageMs}`);
    const [status] = await limiter.spend([{ ...five, limit: 2 }]);
    expect(status?.allowed).toBe(false);
    // The fourth entry must go before fewer than two are left.
    expect(Math.abs((status?.resetMs ?? 0) - 40_000)).toBeLessThan(2_000);
  });

  it('waits no longer than one slot of a GCRA takes when its limit was lowered, or a clock set back', async () => {
    const rule = ruleOf('gcra', 2, 60);
    await store.redis.set(keyOf('ahead', rule), '9000000000000000', 'PX', 600_000);
    const refused = await spendOne(limiter, 'ahead', rule);
    expect([refused.allowed, refused.resetMs]).toEqual([false, 30_000]);
  });

  it('spends one slot for the same member, in sequence and in parallel', async () => {
    const same = await Promise.all(
      Array.from({ length: 20 }, (_, i) => spendOne(i % 2 ? limiter : other, 'same', SLIDING, 'key-1')),
    );
    expect(same.every((status) => status.allowed && status.remaining === 4)).toBe(true);
    for (let i = 0; i < 4; i += 1) await spendOne(limiter, 'same', SLIDING);
    expect((await spendOne(limiter, 'same', SLIDING)).allowed).toBe(false);
    expect((await spendOne(limiter, 'same', SLIDING, 'key-1')).allowed).toBe(true);
  });

  it('sliding never admits more than its limit in any window, when members come again just before their slots free', async () => {
    const rule = ruleOf('sliding', 5, 60);
    const known = ['k0', 'k1', 'k2', 'k3', 'k4'];
    for (const member of known) await spendOne(limiter, 'again', rule, member);
    await age(store.redis, keyOf('again', rule), 59_000);
    for (const member of known) {
      const status = await spendOne(limiter, 'again', rule, member);
      expect([status.allowed, status.remaining]).toEqual([true, 0]);
    }
    await age(store.redis, keyOf('again', rule), 1_500);
    const refused = await spendOne(limiter, 'again', rule);
    expect(refused.allowed).toBe(false);
    expect(refused.resetMs).toBeGreaterThan(57_000);
    await age(store.redis, keyOf('again', rule), 58_500);
    expect((await spendOne(limiter, 'again', rule)).remaining).toBe(4);
  });

  it('gives nothing back of a slot that was only moved', async () => {
    const rule = ruleOf('sliding', 2, 60);
    const other = limitRule({ name: 'TRIED_AS', by: 'account', algorithm: 'fixed', limit: 1, windowSec: 60 });
    const both = async () =>
      await limiter.spend([
        ...limiter.windows.of(userSubject('moved'), [rule], 'k0'),
        ...limiter.windows.of(accountSubject('moved'), [other]),
      ]);
    await both();
    expect((await both()).map(({ allowed }) => allowed)).toEqual([true, false]);
    expect(await store.redis.zcard(keyOf('moved', rule))).toBe(1);
  });

  it('spends from all windows of an owner or from none', async () => {
    const rules = [FIXED, SLIDING, ruleOf('gcra', 4, 60)];
    const spend = async (member: string) =>
      await limiter.spend(limiter.windows.of(userSubject('all'), rules, member));
    for (let i = 0; i < 3; i += 1) await spend(`m${i}`);
    const gcra = await store.redis.get('rs:{user:all}:gcra:tried_gcra');
    expect((await spend('m3')).map((status) => status.allowed)).toEqual([false, true, true]);
    expect(await store.redis.get('rs:{user:all}:limit:refresh')).toBe('3');
    expect(await store.redis.zcard('rs:{user:all}:sliding:submission')).toBe(3);
    expect(await store.redis.get('rs:{user:all}:gcra:tried_gcra')).toBe(gcra);
  });

  it('writes nothing when one of its keys holds another type', async () => {
    await store.redis.set('rs:{user:wrong}:sliding:submission', 'x');
    const windows = limiter.windows.of(userSubject('wrong'), [FIXED, SLIDING]);
    await expect(limiter.spend(windows)).rejects.toThrow('WRONGTYPE');
    expect(await store.redis.exists('rs:{user:wrong}:limit:refresh')).toBe(0);
  });
});
