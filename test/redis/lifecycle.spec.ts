import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import { SessionService } from '../../src/auth/session.service.js';
import { RunLog } from '../../src/jobs/run-log.service.js';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import { BoardLeavers } from '../../src/leaderboard/board-leavers.service.js';
import { BoardReader } from '../../src/leaderboard/board.reader.js';
import { BoardRebuilder } from '../../src/leaderboard/board.rebuilder.js';
import { BoardVerifier } from '../../src/leaderboard/board.verifier.js';
import { DormancyFollower } from '../../src/lifecycle/dormancy-follower.service.js';
import { DormancySweep } from '../../src/lifecycle/dormancy.sweep.js';
import { LastSeenStore } from '../../src/lifecycle/last-seen.store.js';
import { Lifecycle } from '../../src/lifecycle/lifecycle.service.js';
import { OrphanedKeysSweep } from '../../src/lifecycle/orphaned-keys.sweep.js';
import { SweepStates } from '../../src/lifecycle/sweep-states.service.js';
import { keys } from '../../src/redis/keys.js';
import { CLIENT } from '../support/auth.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { commitTotal, createLearners } from '../support/learners.js';
import { startLifecycle } from '../support/lifecycle-app.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const own = keysOf(boardOf('global'));
const LAST_SEEN = keys.lifecycle.lastSeen('all');
const DAY_MS = 24 * 3_600_000;
const COUNT = 40;
const AT_ONCE = 4;
const never = new AbortController().signal;
const quiet = () => undefined;

describe('accounts that nobody uses', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let one: TestingModule;
  let another: TestingModule;
  let userIds: string[];

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    [one, another] = [await startLifecycle(redis, postgres), await startLifecycle(redis, postgres)];
  });
  beforeEach(async () => {
    await postgres.database.$executeRaw`TRUNCATE users, outbox, audit_log CASCADE`;
    const learners = await createLearners(postgres.database, COUNT);
    for (const [index, learner] of learners.entries())
      await commitTotal(postgres.database, learner, 1 + index);
    userIds = learners.map(({ userId }) => userId).sort();
    await leave(userIds);
    await redis.redis.flushall();
    await built();
  });
  afterEach(() => void jest.restoreAllMocks());
  afterAll(async () => {
    expect(await unknownKeys(redis.redis)).toEqual([]);
    await Promise.all([one.close(), another.close()]);
    await Promise.all([redis.stop(), postgres.stop()]);
  });

  /** By whichever of the two. */
  const built = async () =>
    await waitUntil('the board is built', async () => {
      await one.get(BoardRebuilder).check();
      return (await redis.redis.exists(own.ready)) === 1;
    });
  const leave = async (ids: string[]) =>
    await postgres.database.user.updateMany({
      where: { id: { in: ids } },
      data: { lastActiveAt: new Date(Date.now() - 8 * DAY_MS) },
    });
  const sweep = async (on = one) => await on.get(DormancySweep).run(never, quiet);
  const dormant = async () =>
    (
      await postgres.database.user.findMany({
        where: { dormantSince: { not: null } },
        orderBy: { id: 'asc' },
      })
    ).map(({ id }) => id);
  const onBoard = async () => (await redis.redis.zrange(own.standings, '0', '-1')).sort();
  const signIn = async (userId: string) => await one.get(SessionService).open(userId, CLIENT);
  /** Some at a time: connections are few. */
  const signInAll = async (ids: string[]) => {
    const sessions = [];
    for (let at = 0; at < ids.length; at += AT_ONCE)
      sessions.push(...(await Promise.all(ids.slice(at, at + AT_ONCE).map(signIn))));
    return sessions;
  };
  const differences = async () => (await one.get(BoardVerifier).verify(quiet)).differences;

  it.each([0, 1, 2, 3, 4])(
    'who signs in while it is swept keeps everything, whichever comes first (%i)',
    async (first) => {
      const back = userIds.filter((_id, index) => index % 4 === first % 4);
      const [, , sessions] = await Promise.all([sweep(one), sweep(another), signInAll(back)]);
      expect(await dormant()).toEqual(userIds.filter((id) => !back.includes(id)));
      expect(await onBoard()).toEqual(back);
      const ids = sessions.map(({ userId, id: sessionId }) => ({ userId, sessionId }));
      expect(await one.get(SessionService).stillAlive(ids)).toEqual(back.map(() => true));
      expect(await differences()).toEqual([]);
      await signInAll(userIds);
      expect(await onBoard()).toEqual(userIds);
    },
  );

  it('a sweep that dies after its commit leaves a promise, which takes nothing from who came back', async () => {
    const [anna] = userIds as [string];
    jest.spyOn(one.get(BoardLeavers), 'takeOff').mockRejectedValueOnce(new Error('killed'));
    await sweep();
    expect(await onBoard()).toEqual(userIds);
    const promises = await postgres.database.outbox.findMany({ where: { queue: 'lifecycle.follow' } });
    expect(promises).toHaveLength(1);

    await signIn(anna);
    const { userIds: named } = promises[0]?.payload as { userIds: string };
    for (let times = 0; times < 2; times += 1) await one.get(DormancyFollower).follow(named.split(','));
    expect(await onBoard()).toEqual([anna]);
    expect(await differences()).toEqual([]);
  });

  it('a sweep that dies before its commit has done nothing, and the next one does it', async () => {
    jest.spyOn(one.get(SessionService), 'endAllOf').mockRejectedValueOnce(new Error('killed'));
    await expect(sweep()).rejects.toThrow('killed');
    expect(await dormant()).toEqual([]);
    expect(await sweep(another)).toEqual({ dormant: COUNT });
    expect(await sweep()).toEqual({ dormant: 0 });
    expect(await onBoard()).toEqual([]);
    const told = await postgres.database.auditEntry.count({ where: { action: 'account.dormant' } });
    expect(told).toBe(COUNT);
  });

  it('is swept by one of two schedulers, and again when it is due', async () => {
    const lifecycles = [one.get(Lifecycle), another.get(Lifecycle)];
    const runs = [one, another].map((app) => jest.spyOn(app.get(DormancySweep), 'run'));
    const ran = () => runs.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    const look = async () => await Promise.all(lifecycles.map(async (it) => await it.sweepDue()));
    await look();
    expect(ran()).toBe(1);
    expect(await dormant()).toEqual(userIds);
    await redis.redis.del(keys.jobs.turn('lifecycle'));
    await look();
    expect(ran()).toBe(1);

    const last = (await one.get(RunLog).all()).get('dormancy');
    expect(last).toMatchObject({ outcome: 'done', done: { dormant: COUNT } });
    const anHourAgo = { ...last, atMs: (last?.atMs ?? 0) - 3_600_000 };
    await redis.redis.hset(keys.jobs.runs('all'), 'dormancy', JSON.stringify(anHourAgo));
    await redis.redis.del(keys.jobs.turn('lifecycle'));
    await look();
    expect(ran()).toBe(2);
  });

  it.each([
    ['done', 3_600_000],
    ['failed', 60_000],
    ['stopped', 2_000],
  ])('is swept again when operators are told, after a run that was %s', async (outcome, afterMs) => {
    const ran = jest.spyOn(one.get(DormancySweep), 'run');
    const lastRan = async (backMs: number) => {
      const atMs = (await one.get(RunLog).nowMs()) - backMs;
      const run = { atMs, durationMs: 2_000, outcome, done: {} };
      await redis.redis.hset(keys.jobs.runs('all'), 'dormancy', JSON.stringify(run));
      const states = await one.get(SweepStates).list();
      expect(states.find(({ name }) => name === 'dormancy')?.nextAt).toBe(
        new Date(atMs + afterMs).toISOString(),
      );
      await redis.redis.del(keys.jobs.turn('lifecycle'));
      await one.get(Lifecycle).sweepDue();
    };
    await lastRan(afterMs - 1_500);
    expect(ran).not.toHaveBeenCalled();
    await lastRan(afterMs);
    expect(ran).toHaveBeenCalledTimes(1);
  });

  it('is counted from the latest sign of life that any store knows', async () => {
    const [anna, ben] = userIds as [string, string];
    const lastSeen = one.get(LastSeenStore);
    await lastSeen.note([anna]);
    await lastSeen.put([
      { userId: anna, at: new Date(0) },
      { userId: ben, at: new Date(0) },
    ]);
    await postgres.database.user.update({ where: { id: ben }, data: { lastActiveAt: new Date() } });
    await sweep();
    expect(await dormant()).toEqual(userIds.filter((id) => id !== anna && id !== ben));
    expect(await redis.redis.zrange(LAST_SEEN, '0', '-1')).toEqual([anna]);
    expect(await redis.redis.pttl(LAST_SEEN)).toBeGreaterThan(7 * DAY_MS);
  });

  it('no reader sees them while Redis has lost the board', async () => {
    await sweep();
    await redis.redis.flushall();
    const top = await one.get(BoardReader).top('global', { period: 'all', offset: 0, limit: 10 });
    expect(top).toMatchObject({ size: 0, data: [] });
    await built();
    expect(await onBoard()).toEqual([]);
  });

  it('keys that nobody renews get a day, and only those', async () => {
    const waiting = keys.queue.waiting('mail.send');
    const bell = keys.queue.bell('mail.send');
    await redis.redis.lpush(waiting, 'job');
    await redis.redis.lpush(bell, '1');
    await redis.redis.set('rs:{user:1}:no-such-purpose', '1');
    await redis.redis.set('rs:{user:2}:no-such-purpose', '1', 'EX', 7);
    await redis.redis.set('another:application', '1');
    const orphans = one.get(OrphanedKeysSweep);
    expect(await orphans.run(never)).toMatchObject({ unknown: 1, lasting: 1 });
    const ttl = async (name: string) => await redis.redis.ttl(name);
    expect(await ttl('rs:{user:1}:no-such-purpose')).toBeGreaterThan(86_000);
    expect(await ttl(bell)).toBeGreaterThan(86_000);
    expect(await ttl('rs:{user:2}:no-such-purpose')).toBeLessThanOrEqual(7);
    for (const kept of [waiting, own.standings, own.ready, 'another:application'])
      expect(await ttl(kept)).toBe(-1);
    expect(await orphans.run(never)).toMatchObject({ unknown: 0, lasting: 0 });
    await redis.redis.flushall();
  });
});
