import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as pause } from 'node:timers/promises';
import { CacheGroups, generationOf } from '../../src/cache/cache-groups.service.js';
import { beginUpdateScript } from '../../src/cache/cache.scripts.js';
import type { Cache } from '../../src/cache/cache.service.js';
import { newId } from '../../src/common/id.js';
import { keys } from '../../src/redis/keys.js';
import { cachesOf, gate } from '../support/caches.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const GROUP = 'spec-list';

describe('values that an update replaces together', () => {
  let redis: TestRedis;
  let caches: Cache[];
  let groups: CacheGroups[];
  let version: number;
  let loads: number;

  beforeAll(async () => {
    redis = await startTestRedis();
    caches = await cachesOf(redis, 3);
    groups = caches.map((cache) => new CacheGroups(cache));
  });
  afterAll(async () => await redis.stop());
  beforeEach(async () => {
    await redis.redis.flushall();
    [version, loads] = [1, 0];
  });

  const load = async () => await Promise.resolve((loads += 1) && version);
  const read = async (index: number, name = 'a', how = load) =>
    (await groups[index % 3]?.getOrLoad(GROUP, name, 60, how))?.value;
  const raise = async () => await Promise.resolve((version += 1));
  const update = async (index: number, commit = raise) =>
    await caches[index % 3]?.update(generationOf(GROUP), commit);
  const stored = async () => (await redis.redis.keys('*')).filter((name) => name.includes(GROUP));
  /** A reader that has read the source and is held up before it stores. */
  const slowReader = async (index: number) => {
    const { passed, open } = gate();
    const before = loads;
    const reading = read(index, 'a', async () => {
      const seen = await load();
      await passed;
      return seen;
    });
    await waitUntil('it has read', () => loads > before);
    return { reading, goOn: open };
  };

  it('are loaded once for all processes, each by its name', async () => {
    for (const index of [0, 1, 2]) expect(await read(index, 'a')).toBe(1);
    for (const index of [0, 1, 2]) expect(await read(index, 'b')).toBe(1);
    expect(loads).toBe(2);
    expect(await unknownKeys(redis.redis)).toEqual([]);
  });

  it('show an update at once, all of them, in every process', async () => {
    for (const name of ['a', 'b']) await read(0, name);
    await update(1);
    for (const index of [0, 1, 2]) for (const name of ['a', 'b']) expect(await read(index, name)).toBe(2);
  });

  it('are not brought back by a reader that read before an update and stores after it', async () => {
    const slow = await slowReader(0);
    await update(1);
    slow.goOn();
    expect(await slow.reading).toBe(1);
    for (const index of [0, 1, 2]) expect(await read(index)).toBe(2);
  });

  it('nor by one that read between its beginning and its commit', async () => {
    let slow: Awaited<ReturnType<typeof slowReader>> | undefined;
    await update(1, async () => {
      slow = await slowReader(0);
      return await raise();
    });
    slow?.goOn();
    expect(await slow?.reading).toBe(1);
    for (const index of [0, 1, 2]) expect(await read(index)).toBe(2);
  });

  it('nor when the process of the update died after its commit; what is read meanwhile is not stored', async () => {
    await read(0);
    const token = newId();
    await redis.scripts.run(beginUpdateScript, { name: generationOf(GROUP), token, blockMs: 300 });
    const before = await stored();
    expect(await read(1)).toBe(1);
    version = 2;
    expect(await read(2)).toBe(2);
    expect(await stored()).toEqual(before);
    const isOpen = async () => (await redis.redis.exists(keys.cache.updates(generationOf(GROUP)))) === 0;
    await waitUntil('the block has run out', isOpen);
    for (const index of [0, 1, 2]) expect(await read(index)).toBe(2);
  });

  it('never hide an update from who reads after it, whatever is slow (property)', async () => {
    const ms = fc.integer({ min: 0, max: 12 });
    const act = fc.record({
      ...{ index: fc.nat(2), at: fc.integer({ min: 0, max: 40 }), before: ms, after: ms },
      ...{ updates: fc.boolean(), name: fc.constantFrom('a', 'b') },
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 24 }), async (acts) => {
        await redis.redis.flushall();
        version = 1;
        let ended = 1;
        const play = async ({ index, at, before, after, updates, name }: (typeof acts)[number]) => {
          const slowly = async (step: () => number) => {
            await pause(before);
            const value = step();
            await pause(after);
            return value;
          };
          await pause(at);
          if (updates) {
            const reached = await update(index, async () => await slowly(() => (version += 1)));
            ended = Math.max(ended, reached ?? 0);
          } else {
            const atLeast = ended;
            const seen = await read(index, name, async () => await slowly(() => version));
            expect(seen).toBeGreaterThanOrEqual(atLeast);
          }
        };
        await Promise.all(acts.map(play));
        for (const index of [0, 1, 2])
          for (const name of ['a', 'b']) expect(await read(index, name)).toBe(version);
      }),
      { numRuns: 60 },
    );
  });
});
