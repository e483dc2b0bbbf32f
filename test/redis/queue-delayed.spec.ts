import { afterAll, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import { startRedis, type RedisStore } from '../../tools/lib/redis-store.mjs';
import { jobs, queueOn, QUICK, Recorder } from '../support/queue.js';
import { startTestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const COUNT = 1_000;
const APPEND_ONLY = ['--appendonly', 'yes'];
let restarted: RedisStore | undefined;
const store = await startTestRedis({ args: APPEND_ONLY });
const queue = queueOn(store);
afterAll(async () => {
  await queue.workers.beforeApplicationShutdown();
  await restarted?.stop();
  await store.stop();
});

it('does a thousand delayed jobs in the order of their times, each within a second, though Redis restarts', async () => {
  const doneAt = new Map<string, number>();
  const recorder = new Recorder('q', async (batch) => {
    for (const { id } of batch) doneAt.set(id, Date.now());
    await Promise.resolve();
  });
  const beganAt = Date.now();
  // Spread over three seconds, in no order.
  const delayed = jobs(COUNT).map((job, index) => ({
    ...job,
    delayMs: 2_000 + ((index * 7_919) % COUNT) * 3,
  }));
  await queue.queues.enqueue('q', delayed);
  const inOrder = await store.redis.zrange(keys.queue.delayed('q'), '0', '-1');
  queue.workers.start(recorder, QUICK);

  await store.server.kill();
  const { dir, port } = store.server;
  restarted = await startRedis({ dir, port, durable: false, args: APPEND_ONLY });
  await waitUntil('all done', () => recorder.done.length >= COUNT, 20_000);

  expect(recorder.done).toEqual(inOrder);
  for (const { id, delayMs } of delayed) {
    const lateMs = (doneAt.get(id) ?? 0) - beganAt - delayMs;
    expect([id, lateMs > -50 && lateMs < 1_000]).toEqual([id, true]);
  }
});
