import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cache } from '../../src/cache/cache.service.js';
import { cachesOf } from '../support/caches.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const NAME = 'spec:1';
const refused = { code: 'unavailable', details: { retryAfterSec: 1 } };

describe.each([
  ['is gone', 'SIGKILL'],
  ['is frozen', 'SIGSTOP'],
] as const)('while Redis %s', (_name, signal) => {
  let redis: TestRedis;
  let cache: Cache;

  beforeEach(async () => {
    redis = await startTestRedis({ impatient: true });
    [cache] = (await cachesOf(redis, 1)) as [Cache];
    await cache.getOrLoad(NAME, 60, async () => await Promise.resolve('cached'));
    await redis.server.kill(signal);
  });
  afterEach(async () => {
    await redis.server.kill('SIGCONT').catch(() => undefined);
    await redis.stop();
  });

  it('reads are loaded within a second', async () => {
    const startedAt = performance.now();
    const read = await cache.getOrLoad(NAME, 60, async () => await Promise.resolve('loaded'));
    expect(read).toEqual({ value: 'loaded', hit: false, kept: false, ageSec: 0 });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('a hundred readers do not load side by side: those who come while one loads share the next load', async () => {
    let [loads, running, most] = [0, 0, 0];
    const load = async () => {
      most = Math.max(most, (running += 1));
      // Longer than the moments in which a hundred commands time out one after another.
      await pause(200);
      running -= 1;
      return (loads += 1);
    };
    const readers = Array.from({ length: 100 }, async () => await cache.getOrLoad(NAME, 60, load));
    await Promise.all(readers);
    expect(most).toBe(1);
    expect(loads).toBeLessThanOrEqual(3);
  });

  it('updates are refused, and not done', async () => {
    let done = false;
    const updating = cache.update(NAME, async () => await Promise.resolve((done = true)));
    await expect(updating).rejects.toMatchObject(refused);
    expect(done).toBe(false);
  });
});
