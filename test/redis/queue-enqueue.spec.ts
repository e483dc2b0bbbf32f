import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import { idsOf, jobs, queueOn } from '../support/queue.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

describe('enqueueing', () => {
  let redis: TestRedis;
  let queue: ReturnType<typeof queueOn>;
  beforeAll(async () => {
    redis = await startTestRedis();
    queue = queueOn(redis);
  });
  beforeEach(async () => {
    await redis.redis.flushall();
  });
  afterAll(async () => {
    expect(await unknownKeys(redis.redis)).toEqual([]);
    await redis.stop();
  });

  it('queues a job once, however many callers offer it at the same time', async () => {
    const callers = Array.from({ length: 50 }, async () => await queue.queues.enqueue('q', jobs(20)));
    const created = await Promise.all(callers);
    expect(created.reduce((sum, one) => sum + one)).toBe(20);
    expect(await queue.stats('q')).toEqual({ waiting: 20, active: 0, delayed: 0, failed: 0 });
  });

  it('keeps the order of thousands and gives them out from the oldest', async () => {
    expect(await queue.queues.enqueue('q', jobs(1_234))).toBe(1_234);
    const held = await queue.hand('q', 'w').take(3);
    expect(held.map(({ id, data }) => [id, data])).toEqual([
      ['job-0', { n: 0 }],
      ['job-1', { n: 1 }],
      ['job-2', { n: 2 }],
    ]);
    const [sec] = await redis.redis.time();
    expect(Math.abs((held[0]?.enqueuedAt ?? 0) - Number(sec) * 1000)).toBeLessThan(5_000);
  });

  it('lets go of a job that is in no list, so that it can be queued anew, and keeps one at work', async () => {
    await queue.queues.enqueue('q', jobs(2));
    const ttlMs = async (id: string) => await redis.redis.pttl(keys.queue.job('q', id));
    expect(await ttlMs('job-0')).toBeGreaterThan(3_590_000);
    await redis.redis.pexpire(keys.queue.job('q', 'job-0'), 60_000);
    await queue.hand('q', 'w').take(1);
    expect(await ttlMs('job-0')).toBeGreaterThan(3_590_000);

    await redis.redis.del(keys.queue.waiting('q'));
    await redis.redis.pexpire(keys.queue.job('q', 'job-1'), 1);
    await waitUntil('the job has expired', async () => (await ttlMs('job-1')) === -2);
    expect(await queue.queues.enqueue('q', jobs(2))).toBe(1);
  });

  it('gives a worker no more than its batch, however often it asks, and the same again until it is done', async () => {
    const hand = queue.hand('q', 'w');
    await queue.queues.enqueue('q', jobs(5));
    const ids = async () => (await hand.take(3)).map(({ id }) => id);
    expect([await ids(), await ids()]).toEqual([idsOf(jobs(3)), idsOf(jobs(3))]);
    await hand.ack(['job-1']);
    expect(await ids()).toEqual(['job-0', 'job-2', 'job-3']);
  });

  it('leaves a job alone that a worker holds, and takes it again once it is done', async () => {
    const hand = queue.hand('q', 'w');
    await queue.queues.enqueue('q', jobs(1));
    await hand.take(1);
    expect(await queue.queues.enqueue('q', jobs(1))).toBe(0);
    await hand.ack(idsOf(jobs(1)));
    expect(await queue.queues.enqueue('q', jobs(1))).toBe(1);
  });

  it('refuses ids that make no key and data over 64 KB, and queues nothing of that call', async () => {
    const good = jobs(1);
    for (const id of ['', 'a b', 'a{b}', 'x'.repeat(201)]) {
      await expect(queue.queues.enqueue('q', [...good, { id, data: 1 }])).rejects.toThrow(RangeError);
    }
    const big = { id: 'big', data: 'x'.repeat(64 * 1024) };
    await expect(queue.queues.enqueue('q', [...good, big])).rejects.toThrow('over 64 KB');
    expect(await redis.redis.exists(keys.queue.waiting('q'))).toBe(0);
  });
});
