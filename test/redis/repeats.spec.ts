import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Repeats } from '../../src/jobs/repeats.service.js';
import { keys } from '../../src/redis/keys.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const turn = keys.jobs.turn('sweep');

describe('work that comes round', () => {
  let redis: TestRedis;
  beforeAll(async () => void (redis = await startTestRedis()));
  beforeEach(async () => {
    await redis.redis.flushall();
  });
  afterAll(async () => {
    expect(await unknownKeys(redis.redis)).toEqual([]);
    await redis.stop();
  });

  const worker = () => new Repeats(redis.scripts, redis.redis);

  it('is done by one of many workers, once an interval', async () => {
    let runs = 0;
    const workers = Array.from({ length: 20 }, worker);
    const ask = async () =>
      await Promise.all(
        workers.map(
          async (one) => await one.run('sweep', 60_000, async () => await Promise.resolve(void (runs += 1))),
        ),
      );
    expect((await ask()).filter(Boolean)).toHaveLength(1);
    expect((await ask()).filter(Boolean)).toHaveLength(0);
    expect(runs).toBe(1);
    const leftMs = await redis.redis.pttl(turn);
    expect(leftMs).toBeGreaterThan(50_000);
    expect(leftMs).toBeLessThan(60_000);
    await redis.redis.pexpire(turn, 1);
    await waitUntil('the turn is over', async () => (await redis.redis.exists(turn)) === 0);
    expect((await ask()).filter(Boolean)).toHaveLength(1);
  });

  it('is not done by a second one while it goes on, however long that takes', async () => {
    let finish = () => {};
    const first = worker().run(
      'sweep',
      300,
      async () => await new Promise<void>((resolve) => (finish = resolve)),
    );
    const until = Date.now() + 1_000;
    await waitUntil('three intervals are over', async () => {
      expect(await worker().run('sweep', 300, async () => await Promise.resolve())).toBe(false);
      return Date.now() > until;
    });
    finish();
    expect(await first).toBe(true);
    await waitUntil('the turn is over', async () => (await redis.redis.exists(turn)) === 0);
  });

  it('leaves its turn when it is done, where it knows by itself whether it is due', async () => {
    const during: number[] = [];
    const work = async () => void during.push(await redis.redis.exists(turn));
    for (const one of [worker(), worker()])
      expect(await one.run('sweep', 60_000, work, { endsWithWork: true })).toBe(true);
    expect(during).toEqual([1, 1]);
    expect(await redis.redis.exists(turn)).toBe(0);
  });

  it('comes round again after it failed, and what was not its own any more is left alone', async () => {
    const failing = worker().run('sweep', 60_000, () => Promise.reject(new Error('not today')));
    expect(await failing).toBe(false);
    const attempt = worker().attempt('sweep', 60_000, () => Promise.reject(new Error('not today')));
    await expect(attempt).rejects.toThrow('not today');
    expect(await redis.redis.exists(turn)).toBe(0);
    const late = worker().run('sweep', 60_000, async () => {
      await redis.redis.set(turn, 'another');
      throw new Error('not today');
    });
    expect(await late).toBe(false);
    expect(await redis.redis.get(turn)).toBe('another');
    await redis.redis.del(turn);
    const done = worker().run('sweep', 200, async () => {
      await redis.redis.set(turn, 'another');
      await waitUntil('it would have been renewed', async () => (await redis.redis.pttl(turn)) === -1);
    });
    expect(await done).toBe(true);
    expect(await redis.redis.get(turn)).toBe('another');
  });

  it('is told when its process ends, which waits for it', async () => {
    const one = worker();
    let stopped = false;
    const running = one.run('sweep', 60_000, async (stop) => {
      await waitUntil('told', () => stop.aborted);
      stopped = true;
    });
    await waitUntil('begun', async () => (await redis.redis.exists(turn)) === 1);
    await one.beforeApplicationShutdown();
    expect(stopped).toBe(true);
    expect(await running).toBe(true);
  });
});
