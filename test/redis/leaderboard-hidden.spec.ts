import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { commitTotal, createLearners, type Committed, type Learner } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const own = keysOf(boardOf('global'));
const TOP = { period: 'all', offset: 0, limit: 20 } as const;
const PLACE = { period: 'all', around: 1 } as const;

describe('a learner who does not want to be seen on boards', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let boards: TestBoards;
  let learners: Learner[];
  let anna: Committed;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    boards = leaderboardOn(redis, postgres);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));
  beforeEach(async () => {
    await redis.redis.flushall();
    await postgres.database.user.deleteMany();
    await boards.rebuilder.check();
    learners = await createLearners(postgres.database, 11);
    for (const [index, learner] of learners.entries()) await score(learner, 10 + index);
    anna = await score(learners[5] as Learner, 100);
  });

  const score = async (learner: Learner, points: number) => {
    const standing = await commitTotal(postgres.database, learner, points);
    await boards.service.record('global', [standing]);
    return standing;
  };
  /** As the profile's owner does. */
  const setVisible = async (learner: Learner, leaderboardVisible: boolean) => {
    await postgres.database.user.update({
      where: { id: learner.userId },
      data: { leaderboardVisible, seq: { increment: 1 }, standingAt: new Date() },
    });
    await boards.profiles.reload([learner.userId]);
    await boards.service.follow(learner);
  };
  const top = async (viewer?: Learner) => (await boards.reader.top('global', TOP, viewer)).data;
  const told = async () => JSON.stringify(await redis.redis.xrange(own.stream, '-', '+'));

  it('keeps the place, without a name for others, from Redis and from PostgreSQL', async () => {
    const before = await top();
    await setVisible(anna, false);
    const hidden = before.map((row) => (row.rank === 1 ? { ...row, userId: null, username: null } : row));
    expect(await top()).toEqual(hidden);
    expect(await top(learners[1])).toEqual(hidden);
    expect(await top(anna)).toEqual(before);
    expect(await boards.reader.place('global', anna.userId, PLACE, anna)).toMatchObject({
      ...{ rank: 1, score: 100 },
      neighbours: [{ userId: anna.userId, username: anna.username }, {}, {}],
    });
    const toOthers = { rank: null, score: 0, neighbours: [] };
    expect(await boards.reader.place('global', anna.userId, PLACE)).toMatchObject(toOthers);
    const second = await boards.reader.place('global', before[1]?.userId ?? '', PLACE);
    expect(second.neighbours[0]).toEqual({ rank: 1, userId: null, username: null, score: 100 });
    await redis.redis.flushall();
    expect(await top()).toEqual(hidden);
    expect(await top(anna)).toEqual(before);
    expect(await boards.reader.place('global', anna.userId, PLACE)).toMatchObject(toOthers);
    await setVisible(anna, true);
    expect(await top()).toEqual(before);
  });

  it('is taken out of the events that are held, and named in none that follow', async () => {
    expect(await told()).toContain(anna.userId);
    await setVisible(anna, false);
    expect(await told()).not.toContain(anna.userId);
    const last = learners[0] as Learner;
    await setVisible(last, false);
    await score(last, 60);
    const [newcomer] = (await createLearners(postgres.database, 1)) as [Learner];
    for (const points of [70, 101]) await score(newcomer, points);
    const events = await told();
    for (const { userId, username } of [anna, last]) {
      expect(events).not.toContain(userId);
      expect(events).not.toContain(username);
    }
    expect(events).toContain(newcomer.userId);
  });

  it('stays unseen when a score of before comes late, and after a rebuild', async () => {
    await setVisible(anna, false);
    await boards.service.record('global', [anna]);
    expect(await redis.redis.smembers(own.hidden)).toEqual([anna.userId]);
    await redis.redis.flushall();
    await boards.rebuilder.check();
    await boards.service.record('global', [anna]);
    expect(await redis.redis.smembers(own.hidden)).toEqual([anna.userId]);
    await boards.rebuilder.rebuild([boardOf('global')]);
    expect(await redis.redis.smembers(own.hidden)).toEqual([anna.userId]);
    expect((await boards.verifier.verify()).differences).toEqual([]);
  });

  it('scores on unseen, and is seen again when asked to', async () => {
    await setVisible(anna, false);
    await score(anna, 120);
    expect((await top())[0]).toEqual({ rank: 1, userId: null, username: null, score: 120 });
    await setVisible(anna, true);
    expect((await top())[0]).toMatchObject({ userId: anna.userId, score: 120 });
    expect(await redis.redis.exists(own.hidden)).toBe(0);
  });
});
