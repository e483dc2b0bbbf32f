import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { queueOn } from './queue.js';
import { startTestRedis, unknownKeys, type TestRedis, type TestRedisOptions } from './redis.js';

export interface QueueBench {
  redis: TestRedis;
  queue: ReturnType<typeof queueOn>;
}

/**
 * A Redis of one's own for the tests of a `describe`, emptied before each, with a queue whose workers are stopped after each.
 * @returns what is there once the tests run
 */
export function useQueue(options?: TestRedisOptions): QueueBench {
  const bench = {} as QueueBench;
  beforeAll(async () => {
    bench.redis = await startTestRedis(options);
  });
  beforeEach(async () => {
    await bench.redis.redis.flushall();
    bench.queue = queueOn(bench.redis);
  });
  afterEach(async () => {
    await bench.queue.workers.beforeApplicationShutdown();
    expect(await unknownKeys(bench.redis.redis)).toEqual([]);
  });
  afterAll(async () => await bench.redis.stop());
  return bench;
}
