import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Cache } from '../../src/cache/cache.service.js';
import { keys } from '../../src/redis/keys.js';
import { cachesOf, gate, readCounts } from '../support/caches.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const NAME = 'spec:1';

describe('the cache', () => {
  let redis: TestRedis;
  let here: Cache;
  let there: Cache;

  beforeAll(async () => {
    redis = await startTestRedis();
    [here, there] = (await cachesOf(redis, 2)) as [Cache, Cache];
  });
  afterAll(async () => await redis.stop());
  beforeEach(async () => {
    await redis.redis.flushall();
  });

  const held = async () => await redis.redis.get(keys.cache.value(NAME));
  const leased = async () => (await redis.redis.exists(keys.cache.lease(NAME))) === 1;

  it('loads once, and tells how old what it has is', async () => {
    let loads = 0;
    const read = async (cache: Cache) =>
      await cache.getOrLoad(NAME, 60, async () => await Promise.resolve({ n: (loads += 1) }));
    expect(await read(here)).toEqual({ value: { n: 1 }, hit: false, kept: true, ageSec: 0 });
    expect(await read(there)).toEqual({ value: { n: 1 }, hit: true, kept: true, ageSec: 0 });
    const past = String(Date.now() - 7_500);
    await redis.redis.set(keys.cache.value(NAME), `${past}:{"n":9}`, 'EX', 60);
    expect(await read(here)).toEqual({ value: { n: 9 }, hit: true, kept: true, ageSec: 7 });
  });

  it('keeps a value for its time only, and no lease beside it', async () => {
    await here.getOrLoad(NAME, 60, async () => await Promise.resolve(1));
    expect(await redis.redis.pttl(keys.cache.value(NAME))).toBeLessThanOrEqual(60_000);
    expect(await leased()).toBe(false);
    expect(await unknownKeys(redis.redis)).toEqual([]);
  });

  it('draws each lifetime from the last tenth of what was asked for, and never a longer one', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `spec:${index}`);
    for (const name of names) await here.getOrLoad(name, 1_000, async () => await Promise.resolve(1));
    const expiries = await Promise.all(
      names.map(async (name) => {
        const [stored, expires] = await Promise.all([
          redis.redis.get(keys.cache.value(name)),
          redis.redis.pexpiretime(keys.cache.value(name)),
        ]);
        return (expires - Number(stored?.split(':')[0])) / 1_000_000;
      }),
    );
    expect(Math.max(...expiries)).toBeLessThanOrEqual(1);
    expect(Math.min(...expiries)).toBeGreaterThanOrEqual(0.9);
    // 100 each expected; the standard deviation is 9.5, so this fails once in 10^6 runs or so.
    const tenths = Array.from({ length: 10 }, (_, tenth) => {
      const from = 0.9 + tenth / 100;
      return expiries.filter((share) => share >= from && share < from + 0.01).length;
    });
    for (const count of tenths) expect(Math.abs(count - 100)).toBeLessThan(50);
  });

  it('keeps nothing that is not for others, nor what is very large', async () => {
    const load = async () => await Promise.resolve('mine');
    const isShared = (value: string) => value !== 'mine';
    expect(await here.getOrLoad(NAME, 60, load, isShared)).toMatchObject({ value: 'mine', kept: false });
    const large = async () => await Promise.resolve('x'.repeat(300_000));
    expect(await there.getOrLoad(NAME, 60, large)).toMatchObject({ hit: false, kept: false });
    expect([await held(), await leased()]).toEqual([null, false]);
  });

  it('counts how reads found what they wanted, by the first part of its name', async () => {
    const before = await readCounts('counted');
    const { passed, open } = gate();
    const read = async () => await there.getOrLoad('counted:1', 60, async () => await passed.then(() => 1));
    const loading = read();
    await waitUntil('it loads', async () => (await redis.redis.exists(keys.cache.lease('counted:1'))) === 1);
    const waiting = [read(), read()];
    await waitUntil('they wait', async () => (await readCounts('counted')).wait === before.wait + 2);
    open();
    await Promise.all([loading, ...waiting]);
    await here.update('counted:1', async () => {
      await there.getOrLoad('counted:1', 60, async () => await Promise.resolve(2));
      await Promise.resolve();
    });
    const counts = await readCounts('counted');
    expect([counts.miss - before.miss, counts.wait - before.wait]).toEqual([1, 2]);
    expect(counts.bypass - before.bypass).toBe(1);
  });

  it('loads once for 500 cold readers in two processes', async () => {
    let loads = 0;
    const { passed, open } = gate();
    const load = async () => {
      loads += 1;
      await passed;
      return loads;
    };
    const readers = Array.from(
      { length: 500 },
      async (_, index) => await (index % 2 === 0 ? here : there).getOrLoad(NAME, 60, load),
    );
    await waitUntil('somebody loads', () => loads > 0);
    open();
    expect(new Set((await Promise.all(readers)).map(({ value }) => value))).toEqual(new Set([1]));
    expect(loads).toBe(1);
  });

  it('loads for readers who learn whose lease it is before its holder does', async () => {
    for (let round = 0; round < 20; round += 1) {
      await redis.redis.flushall();
      // The holder's script has to be sent again, as source: those who come then need one answer, the holder two.
      await redis.redis.script('FLUSH');
      const readers: Promise<{ hit: boolean }>[] = [];
      for (let reader = 0; reader < 50; reader += 1) {
        readers.push(here.getOrLoad(NAME, 60, async () => await Promise.resolve(1)));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all(readers);
      expect([round, await held()]).toEqual([round, expect.stringContaining(':1')]);
    }
  });

  it('tells everybody who waited when a load failed, keeps nothing and loads again at once', async () => {
    const { passed, open } = gate();
    const failing = async () => await passed.then(() => Promise.reject(new Error('no such thing')));
    const readers = [1, 2, 3].map(async () => await here.getOrLoad(NAME, 60, failing));
    const settled = Promise.allSettled(readers);
    open();
    for (const one of await settled) expect(one).toMatchObject({ reason: { message: 'no such thing' } });
    expect([await held(), await leased()]).toEqual([null, false]);
    expect((await there.getOrLoad(NAME, 60, async () => await Promise.resolve('now'))).value).toBe('now');
  });

  it('goes on without a holder who died: within a second, and with a lease of its own after the old one', async () => {
    void here.getOrLoad(NAME, 60, async () => await new Promise(() => undefined));
    await waitUntil('it holds the lease', leased);
    expect(await redis.redis.pttl(keys.cache.lease(NAME))).toBeGreaterThan(0);
    const startedAt = performance.now();
    const load = async () => await Promise.resolve('from another');
    expect(await there.getOrLoad(NAME, 60, load)).toMatchObject({ value: 'from another', hit: false });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(await held()).toBeNull();

    await redis.redis.pexpire(keys.cache.lease(NAME), 1);
    await waitUntil('the lease has run out', async () => !(await leased()));
    await there.getOrLoad(NAME, 60, load);
    expect(await held()).toContain('from another');
  });
});
