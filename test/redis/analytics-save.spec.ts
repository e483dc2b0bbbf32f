import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AccountDeletionRepository } from '../../src/account/account-deletion.repository.js';
import { newId } from '../../src/common/id.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';
import { AnalyticsBench } from '../support/analytics.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners } from '../support/learners.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';

let redis: TestRedis;
let postgres: TestDatabase;
let bench: AnalyticsBench;
const running: AnalyticsBench[] = [];
let ann: string;
let ben: string;

beforeAll(async () => {
  [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
});
beforeEach(async () => {
  await redis.redis.flushall();
  bench = await another();
  [ann = '', ben = ''] = (await createLearners(postgres.database, 2)).map(({ userId }) => userId);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(running.splice(0).map(async (one) => await one.stop()));
  expect(await unknownKeys(redis.redis)).toEqual([]);
  for (const name of await redis.redis.keys('*'))
    expect([name, await redis.redis.pttl(name)]).not.toEqual([name, -1]);
});
afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

const another = async () => {
  const one = await AnalyticsBench.on(redis, postgres);
  running.push(one);
  return one;
};

const failed = new Error('the process was killed');

describe('what users did', () => {
  it('shows at once, by day and in total, before and after it is saved', async () => {
    bench.did(ann, 'logins');
    bench.did(ann, 'messages', 3);
    bench.did(ben, 'quizViews', 2);
    await bench.recorder.record();
    const expected = {
      ...{ userId: ann, months: [], total: { logins: 1, submissions: 0, messages: 3, quizViews: 0 } },
      days: [{ date: bench.day.at, logins: 1, submissions: 0, messages: 3, quizViews: 0 }],
    };
    expect(await bench.activity.of(ann)).toEqual(expected);
    await bench.saver.save();
    expect(await bench.activity.of(ann)).toEqual(expected);
    await bench.wrote(ann, 2);
    expect(await bench.messages(ann)).toBe(5);
    expect((await bench.activity.of(ben)).total.quizViews).toBe(2);
  });

  it.each<[string, (bench: AnalyticsBench) => void]>([
    ['before it is added to PostgreSQL', ({ rows }) => jest.spyOn(rows, 'add').mockRejectedValueOnce(failed)],
    [
      'in the middle of adding it',
      ({ rows }) => {
        const add = rows.add.bind(rows);
        jest.spyOn(rows, 'add').mockImplementationOnce(async (id, all) => {
          // The second statement is refused, and the whole with it.
          const broken = all.map((row) => ({ ...row, messages: Number.MAX_SAFE_INTEGER }));
          await add(id, broken);
        });
      },
    ],
    [
      'when the reply to its commit is lost',
      ({ rows }) => {
        const add = rows.add.bind(rows);
        jest.spyOn(rows, 'add').mockImplementationOnce(async (id, all) => {
          await add(id, all);
          throw failed;
        });
      },
    ],
    [
      'before it is let go of in Redis',
      ({ store }) => jest.spyOn(store, 'settle').mockRejectedValueOnce(failed),
    ],
  ])('counts once when who saves it dies %s', async (_when, kill) => {
    await bench.wrote(ann, 4);
    kill(bench);
    await expect(bench.saver.save()).rejects.toThrow();
    expect(await bench.messages(ann)).toBe(4);
    await bench.wrote(ann, 3);
    expect(await bench.messages(ann)).toBe(7);
    await bench.saver.save();
    await bench.saver.save();
    expect(await bench.messages(ann)).toBe(7);
    await redis.redis.flushall();
    expect(await bench.messages(ann)).toBe(7);
  });

  it('counts once when many save at once, and people go on', async () => {
    const others = await Promise.all([1, 2, 3].map(another));
    for (let round = 0; round < 10; round += 1) {
      const all = [bench, ...others];
      await Promise.all(all.map(async (one) => await Promise.all([one.wrote(ann, 1), one.saver.save()])));
    }
    expect(await bench.messages(ann)).toBe(40);
    await bench.saver.save();
    await redis.redis.flushall();
    expect(await bench.messages(ann)).toBe(40);
  });

  it('counts once when Redis is emptied while a save is read, and another goes on', async () => {
    await bench.wrote(ann, 4);
    const other = await another();
    const hscan = redis.redis.hscan.bind(redis.redis) as (...asked: unknown[]) => Promise<[string, string[]]>;
    jest.spyOn(redis.redis, 'hscan').mockImplementationOnce(async (...asked: unknown[]) => {
      await redis.redis.flushall();
      await other.wrote(ben, 2);
      await other.store.beginSave();
      return await hscan(...asked);
    });
    await bench.saver.save();
    await other.saver.save();
    expect(await bench.messages(ben)).toBe(2);
  });

  it('survives a flush of Redis but for what was not saved', async () => {
    await bench.wrote(ann, 5);
    await bench.saver.save();
    await bench.wrote(ann, 2);
    await redis.redis.flushall();
    expect(await bench.messages(ann)).toBe(5);
    await bench.wrote(ann, 1);
    expect(await bench.messages(ann)).toBe(6);
    await bench.saver.save();
    expect(await bench.messages(ann)).toBe(6);
  });

  it('counts once when the reply to a batch is lost, and it is sent again', async () => {
    const other = new ScriptRunner(redis.redis);
    const lost = jest.spyOn(redis.scripts, 'run').mockImplementationOnce(async (script, input) => {
      await other.run(script, input);
      throw new Error('Command timed out');
    });
    await bench.wrote(ann, 3);
    expect(lost).toHaveBeenCalledTimes(1);
    await bench.wrote(ann, 2);
    expect(await bench.messages(ann)).toBe(5);
  });

  it('counts once when a batch is sent again to a Redis that was emptied after it was saved', async () => {
    const other = await another();
    const runner = new ScriptRunner(redis.redis);
    for (const already of [0, 3]) {
      await other.wrote(ben, 1);
      jest.spyOn(redis.scripts, 'run').mockImplementationOnce(async (script, input) => {
        await runner.run(script, input);
        throw new Error('Command timed out');
      });
      await bench.wrote(ann, 3);
      await other.saver.save();
      await redis.redis.flushall();
      await bench.recorder.record();
      expect(await bench.messages(ann)).toBe(already + 3);
    }
    await bench.wrote(ann, 2);
    expect(await bench.messages(ann)).toBe(8);
  });

  it('is kept while Redis is away, and recorded when it returns', async () => {
    const away = jest.spyOn(redis.scripts, 'run').mockRejectedValue(new Error('Connection is closed.'));
    await bench.wrote(ann, 3);
    await bench.wrote(ann, 4);
    away.mockRestore();
    await bench.recorder.record();
    expect(await bench.messages(ann)).toBe(7);
  });

  it('is not counted of who asks not to be followed', async () => {
    bench.activities.tell({ kind: 'did', userId: ann, deed: 'messages' }, false);
    bench.activities.tell({ kind: 'seen', userId: ann, sessionId: newId() }, false);
    bench.visited('a browser', '198.51.100.1', false);
    await bench.recorder.record();
    expect(await redis.redis.keys('*')).toEqual([]);
  });

  it('is nobody’s any more when the account is deleted, also what was not saved', async () => {
    await bench.wrote(ann, 3);
    await bench.wrote(ben, 2);
    await postgres.database.user.update({ where: { id: ann }, data: { deletedAt: new Date() } });
    await bench.saver.save();
    expect(await postgres.database.userActivityDay.count({ where: { userId: ann } })).toBe(0);
    expect(await bench.messages(ben)).toBe(2);
    await expect(bench.messages(ann)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is nobody’s any more when the account is deleted while it is saved', async () => {
    await bench.wrote(ann, 3);
    await bench.wrote(ben, 2);
    const deletion = new AccountDeletionRepository();
    let saving: Promise<void> | undefined;
    await postgres.database.$transaction(async (tx) => {
      await deletion.makeStub(tx, ann);
      await deletion.removePersonalData(tx, ann);
      saving = bench.saver.saveCounters();
      // As long as a save takes that waits for nobody.
      await tx.$executeRaw`SELECT pg_sleep(0.5)`;
    });
    await saving;
    expect(await postgres.database.userActivityDay.count({ where: { userId: ann } })).toBe(0);
    expect(await postgres.database.userActivityTotal.count({ where: { userId: ann } })).toBe(0);
    expect(await bench.messages(ben)).toBe(2);
  });

  it('belongs to the day on which it is done, at the turn of a month, a week and a year', async () => {
    for (const [day, times] of [
      ['2026-11-30', 1],
      ['2026-12-01', 2],
      ['2026-12-31', 4],
      ['2027-01-01', 8],
      ['2027-01-04', 16],
    ] as const) {
      bench.day.at = day;
      await bench.wrote(ann, times);
    }
    bench.did(ann, 'messages');
    bench.day.at = '2027-01-05';
    bench.did(ann, 'messages', 2);
    await bench.recorder.record();
    await bench.saver.save();
    const days = (await bench.activity.of(ann)).days.map(({ date, messages }) => [date, messages]);
    expect(days).toEqual([
      ...[['2027-01-05', 2] as const, ['2027-01-04', 17] as const, ['2027-01-01', 8] as const],
      ...[['2026-12-31', 4] as const, ['2026-12-01', 2] as const, ['2026-11-30', 1] as const],
    ]);
    const top = async (period: 'daily' | 'weekly' | 'monthly' | 'all', periodKey?: string) =>
      (await bench.topUsers.top({ metric: 'messages', period, periodKey, limit: 10 })).data.find(
        ({ userId }) => userId === ann,
      )?.value;
    expect(await top('daily', '2026-12-31')).toBe(4);
    expect(await top('weekly', '2026-W49')).toBe(3);
    expect(await top('weekly', '2026-W53')).toBe(12);
    expect(await top('weekly')).toBe(19);
    expect(await top('monthly', '2026-12')).toBe(6);
    expect(await top('monthly')).toBe(27);
    expect(await top('all')).toBe(34);
  });

  it('is added up in months after 90 days, once, with the same total and top users', async () => {
    const today = bench.day.at;
    await postgres.database.userActivityDay.deleteMany();
    await bench.wrote(ann, 1);
    await bench.saver.save();
    await postgres.database.$executeRaw`
      INSERT INTO user_activity_days (user_id, day, logins, submissions, messages, quiz_views)
      SELECT ${ann}::uuid, (now() AT TIME ZONE 'UTC')::date - back, 0, 0, 2, 0 FROM generate_series(1, 200) back`;
    const month = today.slice(0, 7);
    const before = await bench.rows.top('messages', undefined, 1);
    let rolled = 0;
    for (let count = 30; count === 30; rolled += count) count = await bench.rows.rollUp(30);
    expect(rolled).toBe(110);
    expect(await bench.rows.rollUp(30)).toBe(0);
    const { days, months } = await bench.activity.of(ann);
    expect(days).toHaveLength(91);
    const sum = (all: { messages: number }[]) => all.reduce((total, { messages }) => total + messages, 0);
    expect(sum(months)).toBe(220);
    expect(sum(days)).toBe(181);
    expect(months.every((one) => one.month < month)).toBe(true);
    expect(await bench.rows.top('messages', undefined, 1)).toEqual(before);
  });
});
