import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jobs, queueOn } from '../support/queue.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { costRatios, NO_MORE, type Measured } from '../support/script-costs.js';

const FEW = 100;
const MANY = 100_000;
const REPEATED = { rounds: 20, measurements: 30 };
const BATCH = 20;

interface Side extends Measured<'enqueue' | 'take'> {
  fill: (count: number) => Promise<unknown>;
}

let servers: TestRedis[];
beforeAll(async () => void (servers = await Promise.all([startTestRedis(), startTestRedis()])));
afterAll(async () => {
  for (const one of servers) await one.stop();
});

function sideOn(server: TestRedis): Side {
  const { queues, hand } = queueOn(server);
  const worker = hand('q', 'w', 600_000);
  let next = 0;
  return {
    redis: server.redis,
    fill: async (count) => await queues.enqueue('q', jobs(count, `fill-${count}`)),
    works: {
      enqueue: async () => await queues.enqueue('q', jobs(BATCH, `round-${(next += 1)}`)),
      take: async () => {
        const held = await worker.take(BATCH);
        await worker.ack(held.map(({ id }) => id));
      },
    },
  };
}

/** Of all keys of Redis, in bytes. */
const used = async ({ redis }: Side) =>
  Number(/used_memory_dataset:(\d+)/.exec(await redis.info('memory'))?.[1]);

it(`costs the same to enqueue and to take with ${MANY} jobs waiting as with ${FEW}`, async () => {
  const [small, large] = servers.map(sideOn);
  if (!small || !large) throw new Error('Two servers');
  await small.fill(FEW);
  const before = await used(large);
  await large.fill(MANY);
  const bytes = Math.round(((await used(large)) - before) / MANY);
  await costRatios(small, large, REPEATED);
  const { enqueue, take } = await costRatios(small, large, REPEATED);
  console.info(
    `${bytes} bytes a waiting job; with ${MANY} of them enqueueing costs Redis ${enqueue.toFixed(2)} × what it does with ` +
      `${FEW}, taking and acknowledging ${take.toFixed(2)} ×`,
  );
  expect(Math.max(enqueue, take)).toBeLessThan(NO_MORE);
});
