import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ActivityBatch, BATCH_SIZE } from '../../src/analytics/activity-batch.js';
import { recordScript } from '../../src/analytics/activity.scripts.js';
import { dayAfter } from '../../src/analytics/analytics.times.js';
import { sketchKey } from '../../src/analytics/sketch.js';
import { VisitorHash } from '../../src/analytics/visitor-hash.js';
import { newId } from '../../src/common/id.js';
import { Secrets } from '../../src/config/secrets.js';
import { AnalyticsBench } from '../support/analytics.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';

let redis: TestRedis;
let postgres: TestDatabase;
let bench: AnalyticsBench;
let today: string;

beforeAll(async () => {
  [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
});
beforeEach(async () => {
  await redis.redis.flushall();
  await postgres.database.sketch.deleteMany();
  bench = await AnalyticsBench.on(redis, postgres);
  today = bench.day.at;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await bench.stop();
  expect(await unknownKeys(redis.redis)).toEqual([]);
  for (const name of await redis.redis.keys('*'))
    expect([name, await redis.redis.pttl(name)]).not.toEqual([name, -1]);
});
afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

const visit = async (...agents: string[]) => {
  for (const agent of agents) bench.visited(agent);
  await bench.recorder.record();
};

describe('visitors', () => {
  it('are counted by session, or by address and agent, once a day', async () => {
    await visit('a', 'b', 'a');
    bench.visited('a', '198.51.100.1');
    bench.seen('ann', 'session 1');
    bench.seen('ann', 'session 2');
    bench.seen('ann', 'session 2');
    await bench.recorder.record();
    expect(await bench.visitors(today)).toBe(5);
    expect((await bench.audience.activeUsers({})).daily).toBe(1);
  });

  it('are unique over a range as sessions, and by day as strangers', async () => {
    const first = dayAfter(today, -3);
    for (const day of [first, dayAfter(today, -1), today]) {
      bench.day.at = day;
      bench.seen('ann', 'session 1');
      await visit('a');
    }
    const { visitors, days, standardErrorPercent } = await bench.audience.visitors({
      from: first,
      to: today,
    });
    expect(days.map((one) => one.visitors)).toEqual([2, 0, 2, 2]);
    expect(visitors).toBe(4);
    expect(standardErrorPercent).toBe(0.81);
  });

  it('survive a flush of Redis but for those of since they were saved, and none is counted twice', async () => {
    await visit('a', 'b', 'c');
    await bench.saver.save();
    await visit('d');
    await redis.redis.flushall();
    expect(await bench.visitors(today)).toBe(3);
    await visit('e', 'f');
    expect(await bench.visitors(today)).toBe(5);
    await bench.saver.save();
    await redis.redis.flushall();
    expect(await bench.visitors(today)).toBe(5);
  });

  it('are saved by whoever goes on after one that died', async () => {
    await visit('a', 'b');
    jest.spyOn(bench.sketches, 'settle').mockRejectedValueOnce(new Error('the process was killed'));
    await expect(bench.saver.save()).rejects.toThrow();
    jest.spyOn(bench.sketchRows, 'replace').mockRejectedValueOnce(new Error('the process was killed'));
    await expect(bench.saver.save()).rejects.toThrow();
    await visit('c');
    await Promise.all([bench.saver.save(), bench.saver.save()]);
    await redis.redis.flushall();
    expect(await bench.visitors(today)).toBe(3);
  });

  it('that come while others are saved are saved the next time', async () => {
    await visit('a');
    const merged = bench.sketches.merged.bind(bench.sketches);
    jest.spyOn(bench.sketches, 'merged').mockImplementationOnce(async (held) => {
      const bytes = await merged(held);
      await visit('b');
      return bytes;
    });
    await bench.saver.save();
    await bench.saver.save();
    await redis.redis.flushall();
    expect(await bench.visitors(today)).toBe(2);
  });

  it('are counted over a whole year that Redis does not have any more', async () => {
    for (let back = 0; back < 366; back += 61) {
      bench.day.at = dayAfter(today, -back);
      bench.seen('ann', `session ${back}`);
      await bench.recorder.record();
    }
    bench.day.at = today;
    await bench.saver.save();
    await redis.redis.flushall();
    const from = dayAfter(today, -365);
    const { visitors, days } = await bench.audience.visitors({ from, to: today });
    expect(days).toHaveLength(366);
    expect(visitors).toBe(6);
  });

  it('are forgotten after 400 days', async () => {
    for (const back of [399, 402]) {
      bench.day.at = dayAfter(today, -back);
      await visit('a');
    }
    await bench.saver.save();
    expect(await bench.sketchRows.forget(10)).toBe(1);
    expect(await bench.sketchRows.forget(10)).toBe(0);
  });

  it('a million of them are counted within 2 %, and take 12 KB', async () => {
    const recorderId = newId();
    const total = 1_000_000;
    for (let number = 1; number <= total / BATCH_SIZE; number += 1) {
      const batch = new ActivityBatch(number, today, newId());
      for (let one = 0; one < BATCH_SIZE; one += 1) batch.add('visitors', today, `visitor ${number} ${one}`);
      await redis.scripts.run(recordScript, { recorderId, batch, isRepeat: false });
    }
    const counted = await bench.visitors(today);
    expect(Math.abs(counted / total - 1)).toBeLessThan(0.02);
    // Its header has 16 bytes.
    expect(await redis.redis.strlen(sketchKey({ kind: 'visitors', subject: today }))).toBe(12 * 1024 + 16);
    await bench.saver.save();
    await redis.redis.flushall();
    expect(await bench.visitors(today)).toBe(counted);
    const [row] = await postgres.database.sketch.findMany();
    expect(row?.bytes.length).toBe(12 * 1024 + 16);
  });
});

describe('a stranger', () => {
  const secrets = new Secrets(['a secret that only tests may ever know']);
  const stranger = { ip: '203.0.113.7', userAgent: 'a browser' };

  it('is known again at every node on the same day, and on no other', () => {
    const [one, other] = [new VisitorHash(secrets), new VisitorHash(secrets)];
    const known = one.of(stranger, '2026-11-28');
    expect(other.of(stranger, '2026-11-28')).toBe(known);
    expect(one.of(stranger, '2026-11-29')).not.toBe(known);
    expect(one.of({ ...stranger, userAgent: 'another' }, '2026-11-28')).not.toBe(known);
    expect(one.of({ ...stranger, ip: '203.0.113.8' }, '2026-11-28')).not.toBe(known);
    expect(known).not.toContain('203.0.113.7');
    expect(
      new VisitorHash(new Secrets(['another secret of somebody else'])).of(stranger, '2026-11-28'),
    ).not.toBe(known);
  });

  it('is the same within the /64 of an IPv6 address', () => {
    const hash = new VisitorHash(secrets);
    const at = (ip: string) => hash.of({ ...stranger, ip }, '2026-11-28');
    expect(at('2001:db8::1')).toBe(at('2001:db8::2'));
    expect(at('2001:db8::1')).not.toBe(at('2001:db8:0:1::1'));
  });
});

describe('active users', () => {
  it('of the week and the month are those of the 7 and the 30 days that end with the day', async () => {
    for (const back of [0, 6, 7, 29, 30]) {
      bench.day.at = dayAfter(today, -back);
      bench.seen(`user ${back}`, `session ${back}`);
      bench.seen('ann', 'session of ann');
      await bench.recorder.record();
    }
    bench.day.at = today;
    expect(await bench.audience.activeUsers({})).toEqual({ date: today, daily: 2, weekly: 3, monthly: 5 });
    const date = dayAfter(today, -7);
    expect(await bench.audience.activeUsers({ date })).toEqual({ date, daily: 2, weekly: 2, monthly: 4 });
  });

  it('are told of days whose month is kept, and of none before', async () => {
    const first = dayAfter(today, -400);
    bench.day.at = first;
    bench.seen('ann', 'session');
    await bench.recorder.record();
    await bench.saver.save();
    await redis.redis.flushall();
    bench.day.at = today;
    const date = dayAfter(first, 29);
    expect(await bench.audience.activeUsers({ date })).toEqual({ date, daily: 0, weekly: 0, monthly: 1 });
    await expect(bench.audience.activeUsers({ date: dayAfter(date, -1) })).rejects.toMatchObject({
      code: 'validation_failed',
    });
  });
});
