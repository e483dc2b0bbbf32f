import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jobs, queueOn } from '../support/queue.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const FEW = 100;
const MANY = 100_000;
const ROUNDS = 20;
const MEASUREMENTS = 30;
/** What a machine that does other things, too, adds to the least of several measurements. */
const THE_SAME = 1.5;
const BATCH = 20;

interface Side {
  redis: TestRedis;
  fill: (count: number) => Promise<unknown>;
  enqueue: () => Promise<unknown>;
  take: () => Promise<unknown>;
}

/** Two, so that what is compared is measured in turn: the machine is faster at one time than at another. */
let servers: TestRedis[];
beforeAll(async () => void (servers = await Promise.all([startTestRedis(), startTestRedis()])));
afterAll(async () => {
  for (const one of servers) await one.stop();
});

function sideOn(redis: TestRedis): Side {
  const { queues, hand } = queueOn(redis);
  const worker = hand('q', 'w', 600_000);
  let next = 0;
  return {
    redis,
    fill: async (count) => await queues.enqueue('q', jobs(count, `fill-${count}`)),
    enqueue: async () => await queues.enqueue('q', jobs(BATCH, `round-${(next += 1)}`)),
    take: async () => {
      const held = await worker.take(BATCH);
      await worker.ack(held.map(({ id }) => id));
    },
  };
}

/** Of all keys of Redis, in bytes. */
const used = async ({ redis }: Side) =>
  Number(/used_memory_dataset:(\d+)/.exec(await redis.redis.info('memory'))?.[1]);

/** µs of Redis for each script in which `work` is done. */
async function costOf({ redis }: Side, work: () => Promise<unknown>): Promise<number> {
  await redis.redis.config('RESETSTAT');
  for (let round = 0; round < ROUNDS; round += 1) await work();
  const stats = await redis.redis.info('commandstats');
  const evalsha = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(stats);
  return Number(evalsha?.[2]) / Number(evalsha?.[1]);
}

/** The least of several of each side, in turn: what else the machine does only ever adds. */
async function leastCosts(sides: Side[]) {
  const least = sides.map(() => ({ enqueue: Infinity, take: Infinity }));
  for (let count = 0; count < MEASUREMENTS; count += 1) {
    for (const [index, side] of sides.entries()) {
      const of = least[index];
      if (!of) continue;
      of.enqueue = Math.min(of.enqueue, await costOf(side, side.enqueue));
      of.take = Math.min(of.take, await costOf(side, side.take));
    }
  }
  return least;
}

it(`costs the same to enqueue and to take with ${MANY} jobs waiting as with ${FEW}`, async () => {
  const [small, large] = servers.map(sideOn);
  if (!small || !large) throw new Error('Two servers');
  await small.fill(FEW);
  const before = await used(large);
  await large.fill(MANY);
  const bytes = Math.round(((await used(large)) - before) / MANY);
  await leastCosts([small, large]);
  const [few, many] = await leastCosts([small, large]);
  const ratios = [(many?.enqueue ?? NaN) / (few?.enqueue ?? NaN), (many?.take ?? NaN) / (few?.take ?? NaN)];
  console.info(
    `${bytes} bytes a waiting job; with ${MANY} of them enqueueing costs Redis ${ratios[0]?.toFixed(2)} × what it does with ` +
      `${FEW}, taking and acknowledging ${ratios[1]?.toFixed(2)} ×`,
  );
  for (const ratio of ratios) expect(ratio).toBeLessThan(THE_SAME);
});
