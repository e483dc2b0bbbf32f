import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AnalyticsSchedule } from '../../src/analytics/analytics.schedule.js';
import { dayAfter } from '../../src/analytics/analytics.times.js';
import { newId } from '../../src/common/id.js';
import { Retention } from '../../src/common/retention/retention.service.js';
import { Repeats } from '../../src/jobs/repeats.service.js';
import { keys } from '../../src/redis/keys.js';
import { AnalyticsBench } from '../support/analytics.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

let redis: TestRedis;
let postgres: TestDatabase;
let bench: AnalyticsBench;
let ann: string;

beforeAll(async () => {
  [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
});
beforeEach(async () => {
  bench = await AnalyticsBench.on(redis, postgres);
  [ann = ''] = (await createLearners(postgres.database, 1)).map(({ userId }) => userId);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await bench.stop();
});
afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

/** As a worker has it. */
const scheduleOf = (retention = new Retention()) =>
  new AnalyticsSchedule(
    bench.saver,
    new Repeats(redis.scripts, redis.redis),
    bench.rows,
    bench.sketchRows,
    retention,
  );

describe('the workers', () => {
  it('save, one of them, when it is time, and again soon when that failed', async () => {
    const saved = jest.spyOn(bench.saver, 'save').mockRejectedValueOnce(new Error('not today'));
    const schedules = [scheduleOf(), scheduleOf()];
    const look = async () => await Promise.all(schedules.map(async (one) => await one.save()));
    await bench.wrote(ann, 3);
    await schedules[0]?.save();
    expect(saved).toHaveBeenCalledTimes(1);
    await look();
    expect(saved).toHaveBeenCalledTimes(2);
    await look();
    expect(saved).toHaveBeenCalledTimes(2);
    expect(await redis.redis.pttl(keys.jobs.turn('analytics'))).toBeLessThan(120_000);
    await redis.redis.flushall();
    expect(await bench.messages(ann)).toBe(3);
  });

  it('add up old days in months, and let go of what has had its time', async () => {
    const retention = new Retention();
    scheduleOf(retention).onApplicationBootstrap();
    const { database } = postgres;
    const counters = { logins: 1, submissions: 0, messages: 2, quizViews: 0 };
    const old = dayAfter(bench.day.at, -91);
    await database.userActivityDay.createMany({
      data: [old, dayAfter(bench.day.at, -90)].map((day) => ({
        userId: ann,
        day: new Date(day),
        ...counters,
      })),
    });
    const savedAt = new Date(dayAfter(bench.day.at, -101));
    await database.activitySave.create({ data: { id: newId(), savedAt } });
    await database.sketch.create({
      data: { kind: 'active', subject: dayAfter(bench.day.at, -401), bytes: Buffer.of(0) },
    });
    expect(await retention.sweep()).toEqual({
      'days of activity': 1,
      'ids of saves': 1,
      'visitors of days': 1,
    });
    const [month] = await database.userActivityMonth.findMany({ where: { userId: ann } });
    expect(month).toMatchObject(counters);
    expect(month?.month.toISOString().slice(0, 7)).toBe(old.slice(0, 7));
  });
});
