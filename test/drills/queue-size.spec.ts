import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import { jobs, queueOn } from '../support/queue.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const FEW = 100;
const MANY = 100_000;
const ROUNDS = 50;
const MEASUREMENTS = 8;
/** What a machine that does other things, too, adds to the least of several measurements. */
const THE_SAME = 1.5;
const BATCH = 20;

let redis: TestRedis;
beforeAll(async () => void (redis = await startTestRedis()));
afterAll(async () => await redis.stop());

/** Of all keys of Redis, in bytes. */
const used = async () => Number(/used_memory_dataset:(\d+)/.exec(await redis.redis.info('memory'))?.[1]);

/** µs of Redis for each script in which `work` is done. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  await redis.redis.config('RESETSTAT');
  for (let round = 0; round < ROUNDS; round += 1) await work();
  const stats = await redis.redis.info('commandstats');
  const evalsha = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(stats);
  return Number(evalsha?.[2]) / Number(evalsha?.[1]);
}

it(`costs the same to enqueue and to take with ${MANY} jobs waiting as with ${FEW}`, async () => {
  const { queues, hand } = queueOn(redis);
  const worker = hand('q', 'w', 600_000);
  let next = 0;
  const enqueue = async () => await queues.enqueue('q', jobs(BATCH, `round-${(next += 1)}`));
  const take = async () => {
    const held = await worker.take(BATCH);
    await worker.ack(held.map(({ id }) => id));
  };
  const fill = async (count: number) => {
    const waiting = await redis.redis.llen(keys.queue.waiting('q'));
    await queues.enqueue('q', jobs(count - waiting, `fill-${count}`));
  };
  /** The least of several: what else the machine does only ever adds. */
  const costs = async () => {
    const least = { enqueue: Infinity, take: Infinity };
    for (let count = 0; count < MEASUREMENTS; count += 1) {
      least.enqueue = Math.min(least.enqueue, await costOf(enqueue));
      least.take = Math.min(least.take, await costOf(take));
    }
    return least;
  };

  await fill(FEW);
  await costs();
  const few = await costs();
  const before = await used();
  await fill(MANY);
  const bytes = Math.round(((await used()) - before) / (MANY - FEW));
  const many = await costs();
  const ratios = [many.enqueue / few.enqueue, many.take / few.take];
  console.info(
    `${bytes} bytes a waiting job; with ${MANY} of them enqueueing costs Redis ${ratios[0]?.toFixed(2)} × what it does with ` +
      `${FEW}, taking and acknowledging ${ratios[1]?.toFixed(2)} ×`,
  );
  for (const ratio of ratios) expect(ratio).toBeLessThan(THE_SAME);
});
