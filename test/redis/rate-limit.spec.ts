import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RateLimiter } from '../../src/rate-limit/rate-limiter.service.js';
import type { WindowKind, WindowStatus } from '../../src/rate-limit/window.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';
import { startTestRedis, whenReady, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const SHORT_SEC = 1;

describe('limits on a real Redis', () => {
  let store: TestRedis;
  let limiter: RateLimiter;
  let other: RateLimiter;

  beforeAll(async () => {
    store = await startTestRedis();
    const limits = {
      ...store.config.limits,
      SUBMISSION: { count: 5, windowSec: 60 },
      USER: { count: 3, windowSec: SHORT_SEC },
      SIGNUP: { count: 2, windowSec: SHORT_SEC },
      REFRESH: { count: 3, windowSec: 60 },
    };
    const config = { ...store.config, limits };
    limiter = new RateLimiter(config, store.scripts);
    other = new RateLimiter(config, new ScriptRunner(await whenReady(store.connections.shared())));
  });
  afterAll(async () => await store.stop());

  const spendOne = async (
    by: RateLimiter,
    userId: string,
    name: 'SUBMISSION' | 'USER' | 'SIGNUP',
    kind: WindowKind,
    member: string = crypto.randomUUID(),
  ): Promise<WindowStatus> => {
    const [status] = await by.spend([by.ofUser(userId, name, kind, member)]);
    if (!status) throw new Error('no status');
    return status;
  };

  it('admits exactly 5 of 200 parallel requests over two connections, and says when to come back', async () => {
    const startedAt = Date.now();
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        spendOne(i % 2 ? limiter : other, 'parallel', 'SUBMISSION', 'sliding'),
      ),
    );
    const tookMs = Date.now() - startedAt;
    expect(all.filter((status) => status.allowed)).toHaveLength(5);
    expect(all.filter((status) => status.allowed).map((status) => status.remaining)).toEqual([4, 3, 2, 1, 0]);
    for (const { resetMs } of all.filter((status) => !status.allowed)) {
      expect(resetMs).toBeGreaterThan(60_000 - tookMs - 5);
      expect(resetMs).toBeLessThanOrEqual(60_000);
    }
    expect(await store.redis.zcard('rs:{user:parallel}:sliding:submission')).toBe(5);
  });

  it('rolls: a slot frees when the oldest entry is one window old, and not before', async () => {
    const first = await spendOne(limiter, 'rolling', 'SIGNUP', 'sliding');
    const startedAt = performance.now();
    await spendOne(limiter, 'rolling', 'SIGNUP', 'sliding');
    expect(first.allowed).toBe(true);
    const refused = await spendOne(limiter, 'rolling', 'SIGNUP', 'sliding');
    expect(refused.allowed).toBe(false);
    let last = refused;
    await waitUntil('a slot is free', async () => {
      last = await spendOne(limiter, 'rolling', 'SIGNUP', 'sliding');
      return last.allowed;
    });
    expect(performance.now() - startedAt).toBeGreaterThan(SHORT_SEC * 1000 - 50);
    expect(performance.now() - startedAt).toBeLessThan(SHORT_SEC * 1000 + 300);
  });

  it('waits for as many slots as it takes when the limit was lowered', async () => {
    const five = limiter.ofUser('lowered', 'SUBMISSION', 'sliding', '');
    const now = Date.now();
    const ages = [50_000, 40_000, 30_000, 20_000, 10_000];
    for (const age of ages) await store.redis.zadd(five.key, now - age, `m${age}`);
    const [status] = await limiter.spend([{ ...five, count: 2, member: 'new' }]);
    expect(status?.allowed).toBe(false);
    // The fourth entry must go before fewer than two are left.
    expect(Math.round((status?.resetMs ?? 0) / 1000)).toBe(40);
  });

  it('spends one slot for the same member, in sequence and in parallel', async () => {
    const same = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        spendOne(i % 2 ? limiter : other, 'same', 'SUBMISSION', 'sliding', 'key-1'),
      ),
    );
    expect(same.every((status) => status.allowed && status.remaining === 4)).toBe(true);
    for (let i = 0; i < 4; i += 1) await spendOne(limiter, 'same', 'SUBMISSION', 'sliding');
    expect((await spendOne(limiter, 'same', 'SUBMISSION', 'sliding')).allowed).toBe(false);
    expect((await spendOne(limiter, 'same', 'SUBMISSION', 'sliding', 'key-1')).allowed).toBe(true);
  });

  it('counts a fixed window from its first request and starts anew when it ends', async () => {
    const remaining = [];
    for (let i = 0; i < 3; i += 1)
      remaining.push((await spendOne(limiter, 'fixed', 'USER', 'fixed')).remaining);
    expect(remaining).toEqual([2, 1, 0]);
    const refused = await spendOne(limiter, 'fixed', 'USER', 'fixed');
    expect(refused.allowed).toBe(false);
    expect(refused.resetMs).toBeLessThanOrEqual(SHORT_SEC * 1000);
    await waitUntil(
      'the window ended',
      async () => (await spendOne(limiter, 'fixed', 'USER', 'fixed')).allowed,
    );
    expect(await store.redis.pttl('rs:{user:fixed}:limit:user')).toBeGreaterThan(0);
  });

  it('spends from all windows or from none', async () => {
    const windows = (member: string) => [
      limiter.ofUser('both', 'REFRESH', 'fixed', member),
      limiter.ofUser('both', 'SUBMISSION', 'sliding', member),
    ];
    for (let i = 0; i < 3; i += 1) await limiter.spend(windows(`m${i}`));
    const refused = await limiter.spend(windows('m3'));
    expect(refused.map((status) => status.allowed)).toEqual([false, true]);
    expect(await store.redis.get('rs:{user:both}:limit:refresh')).toBe('3');
    expect(await store.redis.zcard('rs:{user:both}:sliding:submission')).toBe(3);
  });

  it('writes nothing when one of its keys holds another type', async () => {
    await store.redis.set('rs:{user:wrong}:sliding:submission', 'x');
    const windows = [
      limiter.ofUser('wrong', 'REFRESH', 'fixed', 'm'),
      limiter.ofUser('wrong', 'SUBMISSION', 'sliding', 'm'),
    ];
    await expect(limiter.spend(windows)).rejects.toThrow('WRONGTYPE');
    expect(await store.redis.exists('rs:{user:wrong}:limit:refresh')).toBe(0);
  });
});
