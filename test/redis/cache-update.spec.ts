import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as pause } from 'node:timers/promises';
import { beginUpdateScript } from '../../src/cache/cache.scripts.js';
import type { Cache } from '../../src/cache/cache.service.js';
import { newId } from '../../src/common/id.js';
import { keys } from '../../src/redis/keys.js';
import { cachesOf, gate } from '../support/caches.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const NAME = 'spec:1';

/** What a database would hold: a version that updates raise. */
class Source {
  version = 1;
  loads = 0;
  read = async () => await Promise.resolve((this.loads += 1) && this.version);
  raise = async () => await Promise.resolve((this.version += 1));
}

describe('an update of what is cached', () => {
  let redis: TestRedis;
  let caches: Cache[];
  let here: Cache;
  let there: Cache;
  let source: Source;

  beforeAll(async () => {
    redis = await startTestRedis();
    caches = await cachesOf(redis, 3);
    [here, there] = caches as [Cache, Cache, Cache];
  });
  afterAll(async () => await redis.stop());
  beforeEach(async () => {
    await redis.redis.flushall();
    source = new Source();
  });

  const held = async () => await redis.redis.get(keys.cache.value(NAME));
  const readBy = async (cache: Cache) => (await cache.getOrLoad(NAME, 60, source.read)).value;
  /** A reader that has read the source and is held up before it stores. */
  const slowReader = async (cache: Cache) => {
    const { passed, open } = gate();
    const loads = source.loads;
    const reading = cache.getOrLoad(NAME, 60, async () => {
      const seen = await source.read();
      await passed;
      return seen;
    });
    await waitUntil('it has read', () => source.loads > loads);
    return { reading, goOn: open };
  };

  it('shows at once, in every process', async () => {
    for (const cache of caches) expect(await readBy(cache)).toBe(1);
    expect(await here.update(NAME, source.raise)).toBe(2);
    for (const cache of caches) expect(await readBy(cache)).toBe(2);
    expect(source.loads).toBe(2);
  });

  it('is not undone by a reader that read before it and stores after it', async () => {
    const slow = await slowReader(here);
    await there.update(NAME, source.raise);
    slow.goOn();
    await slow.reading;
    expect(await held()).toBeNull();
    for (const cache of caches) expect(await readBy(cache)).toBe(2);
  });

  it('is seen by readers who come after it, while such a reader of their own process still loads', async () => {
    const slow = await slowReader(here);
    await there.update(NAME, source.raise);
    for (const cache of caches) expect(await readBy(cache)).toBe(2);
    slow.goOn();
    await slow.reading;
    for (const cache of caches) expect(await readBy(cache)).toBe(2);
  });

  it('is not undone by a reader that read between its beginning and its commit', async () => {
    let slow: Awaited<ReturnType<typeof slowReader>> | undefined;
    await there.update(NAME, async () => {
      slow = await slowReader(here);
      return await source.raise();
    });
    slow?.goOn();
    expect((await slow?.reading)?.value).toBe(1);
    expect(await held()).toBeNull();
    expect(await readBy(here)).toBe(2);
  });

  it('is not undone when its process died between the commit and the clearing', async () => {
    const token = newId();
    await redis.scripts.run(beginUpdateScript, { name: NAME, token, blockMs: 300 });
    const slow = await slowReader(here);
    await source.raise();
    const isOpen = async () => (await redis.redis.exists(keys.cache.updates(NAME))) === 0;
    await waitUntil('the block has run out', isOpen);
    slow.goOn();
    await slow.reading;
    expect(await held()).toBeNull();
    expect(await readBy(there)).toBe(2);
    expect(await held()).toContain(':2');
  });

  it('keeps loads from being stored for as long as it takes, and until the last of several has ended', async () => {
    const long = gate();
    const updating = here.update(NAME, async () => await long.passed.then(source.raise));
    await waitUntil('it has begun', async () => (await redis.redis.exists(keys.cache.updates(NAME))) === 1);
    await there.update(NAME, source.raise);
    expect(await readBy(there)).toBe(2);
    // As when its time were nearly over.
    const updates = keys.cache.updates(NAME);
    const [token = ''] = await redis.redis.zrange(updates, 0, '0');
    await redis.redis.zadd(updates, String(Date.now() + 1_500), token);
    const isRenewed = async () => Number(await redis.redis.zscore(updates, token)) > Date.now() + 5_000;
    await waitUntil('it is renewed', isRenewed);
    expect(await readBy(there)).toBe(2);
    expect(await held()).toBeNull();
    long.open();
    await updating;
    expect(await readBy(there)).toBe(3);
    expect(await held()).not.toBeNull();
  });

  it('that fails leaves the cache usable', async () => {
    const failing = here.update(NAME, async () => await Promise.reject(new Error('refused')));
    await expect(failing).rejects.toThrow('refused');
    expect(await readBy(there)).toBe(1);
    expect(await held()).not.toBeNull();
  });

  it('is never hidden from who reads after it, whatever is slow (property)', async () => {
    const ms = fc.integer({ min: 0, max: 12 });
    const act = fc.record({
      ...{ cache: fc.nat(2), at: fc.integer({ min: 0, max: 40 }), before: ms, after: ms },
      updates: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 24 }), async (acts) => {
        await redis.redis.flushall();
        let [version, ended] = [1, 1];
        const play = async ({ cache: index, at, before, after, updates }: (typeof acts)[number]) => {
          const cache = caches[index] ?? here;
          const slowly = async (step: () => number) => {
            await pause(before);
            const value = step();
            await pause(after);
            return value;
          };
          await pause(at);
          if (updates) {
            const reached = await cache.update(NAME, async () => await slowly(() => (version += 1)));
            ended = Math.max(ended, reached);
          } else {
            const atLeast = ended;
            const { value } = await cache.getOrLoad(NAME, 60, async () => await slowly(() => version));
            expect(value).toBeGreaterThanOrEqual(atLeast);
          }
        };
        await Promise.all(acts.map(play));
        for (const cache of caches) {
          const { value } = await cache.getOrLoad(NAME, 60, async () => await Promise.resolve(version));
          expect(value).toBe(version);
        }
        expect(await unknownKeys(redis.redis)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
