import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { topKey } from '../../src/analytics/activity.scripts.js';
import type { TopSet } from '../../src/analytics/top-set.scripts.js';
import { spanOn } from '../../src/common/period.js';
import { AnalyticsBench } from '../support/analytics.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners } from '../support/learners.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

let redis: TestRedis;
let postgres: TestDatabase;
let bench: AnalyticsBench;
let users: string[];
let set: TopSet;

beforeAll(async () => {
  [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
});
beforeEach(async () => {
  await redis.redis.flushall();
  await postgres.database
    .$executeRaw`TRUNCATE user_activity_days, user_activity_months, user_activity_totals`;
  bench = await AnalyticsBench.on(redis, postgres);
  users = (await createLearners(postgres.database, 5)).map(({ userId }) => userId);
  const span = spanOn('weekly', bench.day.at);
  set = { deed: 'messages', periodKey: span.key, span };
});
afterEach(async () => {
  jest.restoreAllMocks();
  await bench.stop();
  expect(await unknownKeys(redis.redis)).toEqual([]);
  for (const name of await redis.redis.keys('*'))
    expect([name, await redis.redis.pttl(name)]).not.toEqual([name, -1]);
});
afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

const isWhole = async () =>
  await waitUntil('it is built', async () => (await bench.sets.read(set, 1)) !== undefined);
const top = async (limit = 10) =>
  (await bench.topUsers.top({ metric: 'messages', period: 'weekly', limit })).data.map(
    ({ userId, value }) => [userId, value],
  );
const writeAll = async (times: number[]) => {
  users.forEach((userId, index) => bench.did(userId, 'messages', times[index] ?? 0));
  await bench.recorder.record();
};
const ranked = (values: number[]) =>
  users
    .map((userId, index): [string, number] => [userId, values[index] ?? 0])
    .filter(([, value]) => value > 0)
    .sort(([one, less], [other, more]) => more - less || (one < other ? 1 : -1));

describe('top users', () => {
  it('are the same from PostgreSQL and from Redis, and go on by ZINCRBY', async () => {
    await writeAll([3, 5, 5, 0, 1]);
    expect(await top()).toEqual(ranked([3, 5, 5, 0, 1]));
    await isWhole();
    expect(await top()).toEqual(ranked([3, 5, 5, 0, 1]));
    await writeAll([1, 0, 0, 9, 0]);
    expect(await redis.redis.zscore(topKey('messages', set.periodKey), users[3] ?? '')).toBe('9');
    expect(await top()).toEqual(ranked([4, 5, 5, 9, 1]));
    expect(await top(2)).toEqual(ranked([4, 5, 5, 9, 1]).slice(0, 2));
  });

  it('are there for a period in which nobody did it, and come when somebody does', async () => {
    expect(await top()).toEqual([]);
    await isWhole();
    expect(await top()).toEqual([]);
    await writeAll([0, 2, 0, 0, 0]);
    expect(await top()).toEqual(ranked([0, 2, 0, 0, 0]));
  });

  it('are whole after a flush, with what came since, and without what was not saved', async () => {
    await writeAll([3, 2, 1, 0, 0]);
    await top();
    await isWhole();
    await bench.saver.save();
    await writeAll([0, 0, 0, 7, 0]);
    await redis.redis.flushall();
    await writeAll([0, 0, 4, 0, 0]);
    expect(await top()).toEqual(ranked([3, 2, 5, 0, 0]));
    await isWhole();
    expect(await top()).toEqual(ranked([3, 2, 5, 0, 0]));
  });

  it('are built exactly while others record and save', async () => {
    const sums = [0, 0, 0, 0, 0];
    const other = await AnalyticsBench.on(redis, postgres);
    const stopping = new AbortController();
    const others = (async () => {
      for (let round = 0; !stopping.signal.aborted; round += 1) {
        const at = round % users.length;
        other.did(users[at] ?? '', 'messages');
        sums[at] = (sums[at] ?? 0) + 1;
        await other.recorder.record();
        if (round % 7 === 0) await other.saver.save();
      }
    })();
    let built = 0;
    for (let round = 0; round < 15; round += 1) {
      await redis.redis.del(topKey('messages', set.periodKey));
      if (await bench.sets.build(set)) built += 1;
    }
    stopping.abort();
    await others;
    await bench.sets.build(set);
    expect(built).toBeGreaterThan(0);
    expect(await bench.sets.read(set, 10)).toEqual(
      ranked(sums).map(([userId, value]) => ({ userId, value })),
    );
    await other.stop();
  });

  it('are not made whole by who was overtaken by a flush or a save', async () => {
    await writeAll([3, 2, 1, 0, 0]);
    const page = bench.rows.page.bind(bench.rows);
    for (const meanwhile of [
      async () => await redis.redis.flushall(),
      async () => {
        await bench.wrote(users[4] ?? '', 8);
        await bench.saver.save();
      },
    ]) {
      await bench.saver.save();
      const paged = jest.spyOn(bench.rows, 'page').mockImplementationOnce(async (...asked) => {
        const rows = await page(...asked);
        await meanwhile();
        return rows;
      });
      expect(await bench.sets.build(set)).toBe(true);
      expect(paged).toHaveBeenCalledTimes(2);
      paged.mockRestore();
      expect(await bench.sets.read(set, 10)).toEqual(await bench.rows.top('messages', set.span, 10));
    }
    expect(await top()).toEqual(ranked([3, 2, 1, 0, 8]));
  });

  it('are read although PostgreSQL takes its time, and built although it takes too long', async () => {
    await writeAll([3, 2, 1, 0, 0]);
    await bench.saver.save();
    let read: Promise<unknown> | undefined;
    await postgres.database.$transaction(async (tx) => {
      await tx.$executeRaw`LOCK TABLE user_activity_days IN ACCESS EXCLUSIVE MODE`;
      read = top().catch(String);
      await tx.$executeRaw`SELECT pg_sleep(1.3)`;
    });
    expect(await read).toEqual(ranked([3, 2, 1, 0, 0]));
    await isWhole();

    await redis.redis.del(topKey('messages', set.periodKey));
    jest.spyOn(bench.rows, 'top').mockRejectedValueOnce(new Error('statement timeout'));
    await expect(top()).rejects.toThrow('statement timeout');
    await isWhole();
  });

  it('are built by pages while others read, who do not have it begin again', async () => {
    const other = await AnalyticsBench.on(redis, postgres);
    await writeAll([3, 2, 1, 0, 0]);
    const page = bench.rows.page.bind(bench.rows);
    const paged = jest.spyOn(bench.rows, 'page').mockImplementation(async (deed, span, afterId) => {
      const rows = await page(deed, span, afterId, 2);
      await writeAll([0, 0, 0, 1, 0]);
      await other.topUsers.top({ metric: 'messages', period: 'weekly', limit: 10 });
      return rows;
    });
    expect(await bench.sets.build(set)).toBe(true);
    expect(paged).toHaveBeenCalledTimes(2);
    expect(await top()).toEqual(ranked([3, 2, 1, 2, 0]));
    await other.stop();
  });

  it('leave out who deleted their account', async () => {
    await writeAll([3, 2, 1, 0, 0]);
    await top();
    await isWhole();
    await postgres.database.user.update({ where: { id: users[0] }, data: { deletedAt: new Date() } });
    expect(await top(2)).toEqual(ranked([0, 2, 1, 0, 0]));
  });
});
