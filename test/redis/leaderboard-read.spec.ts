import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../src/common/id.js';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import { PlaceQuery, TopQuery } from '../../src/leaderboard/leaderboard.dto.js';
import { LeaderboardTopic } from '../../src/leaderboard/leaderboard.topic.js';
import { Topics } from '../../src/events/topics.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { commitTotal, createLearners, type Committed } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const own = keysOf(boardOf('global'));
const top = (over: Partial<TopQuery> = {}) => Object.assign(new TopQuery(), over);
const place = (over: Partial<PlaceQuery> = {}) => Object.assign(new PlaceQuery(), over);

describe('reading a board', () => {
  let redis: TestRedis;
  let away: TestRedis;
  let postgres: TestDatabase;
  let boards: TestBoards;
  let withoutRedis: TestBoards;
  /** Nine learners; the third and fourth have the same points, the last has none. */
  let learners: Committed[];

  beforeAll(async () => {
    [redis, away, postgres] = await Promise.all([startTestRedis(), startTestRedis(), startTestDatabase()]);
    await away.server.stop();
    boards = leaderboardOn(redis, postgres);
    withoutRedis = leaderboardOn(away, postgres);
    learners = [];
    const points = [90, 80, 70, 70, 50, 40, 30, 20, 0];
    for (const [index, learner] of (await createLearners(postgres.database, points.length)).entries())
      learners.push(await commitTotal(postgres.database, learner, points[index] ?? 0));
  });
  afterAll(async () => await Promise.all([redis.stop(), away.stop(), postgres.stop()]));
  beforeEach(async () => {
    await redis.redis.flushall();
    await boards.rebuilder.check();
  });

  const id = (index: number) => learners[index]?.userId ?? 'nobody';
  const shown = (from: number, to: number) =>
    learners.slice(from, to).map(({ userId, username, points }, index) => ({
      ...{ rank: from + index + 1, userId, username, score: points },
    }));
  const bothWays = (): [string, TestBoards][] => [
    ['from Redis', boards],
    ['from PostgreSQL', withoutRedis],
  ];

  it('shows a page with names and the size of all', async () => {
    for (const [, one] of bothWays()) {
      const page = await one.reader.top('global', top({ offset: 2, limit: 3 }));
      expect(page).toMatchObject({ board: 'global', period: 'all', periodKey: 'all', size: 8 });
      expect(page.data).toEqual(shown(2, 5));
    }
  });

  it('shows an empty page beyond the end, with the size', async () => {
    for (const [, one] of bothWays())
      expect(await one.reader.top('global', top({ offset: 50 }))).toMatchObject({ size: 8, data: [] });
  });

  it.each([
    [0, 2, 0, 5],
    [1, 2, 0, 5],
    [4, 2, 2, 7],
    [7, 2, 3, 8],
    [4, 0, 4, 5],
    [4, 50, 0, 8],
  ])('gives learner %i with %i around the neighbours %i to %i', async (who, around, from, to) => {
    for (const [, one] of bothWays()) {
      const found = await one.reader.place('global', id(who), place({ around }));
      expect(found).toMatchObject({ rank: who + 1, size: 8 });
      expect(found.neighbours).toEqual(shown(from, to));
    }
  });

  it('tells how many points gain a rank', async () => {
    for (const [, one] of bothWays()) {
      const needed = await Promise.all(
        [0, 1, 3, 4].map(async (who) => (await one.reader.place('global', id(who), place())).pointsToNext),
      );
      expect(needed).toEqual([null, 11, 1, 21]);
    }
  });

  it('does not rank who has no points', async () => {
    for (const [, one] of bothWays())
      expect(await one.reader.place('global', id(8), place())).toEqual({
        ...{ rank: null, score: 0, size: 8, percentile: 0, pointsToNext: 1, neighbours: [] },
      });
  });

  it('knows no user or board that does not exist', async () => {
    for (const [, one] of bothWays()) {
      await expect(one.reader.place('global', newId(), place())).rejects.toMatchObject({ code: 'not_found' });
      await expect(one.reader.top('nowhere', top())).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('is empty only when nobody has points', async () => {
    const others = await startTestDatabase();
    const nobody = leaderboardOn(redis, others);
    await redis.redis.flushall();
    await nobody.rebuilder.check();
    expect(await nobody.reader.top('global', top())).toMatchObject({ size: 0, data: [] });
    await others.stop();
  });

  it('reads from PostgreSQL after a flush, and has the board rebuilt', async () => {
    await redis.redis.flushall();
    expect((await boards.reader.top('global', top())).data).toEqual(shown(0, 8));
    await boards.rebuilder.check();
    expect(await boards.health.ready()).toBe(true);
    expect(await redis.redis.zcard(own.standings)).toBe(8);
    expect((await boards.reader.top('global', top())).data).toEqual(shown(0, 8));
  });

  it('is a topic whose subscribers begin with the top 10 and get the same with every change', async () => {
    const topics = new Topics();
    new LeaderboardTopic(topics, boards.reader).onModuleInit();
    const caller = { userId: newId(), sessionId: newId(), username: 'anna', role: 'learner' as const };
    const { source, name, stream } = await topics.open(caller, 'leaderboard:global');
    expect(stream).toBe(own.stream);
    expect(await source.snapshot(caller, name)).toEqual({ board: 'global', period: 'all', top: shown(0, 8) });
    expect(await source.changed?.load(name)).toEqual(await source.snapshot(caller, name));
    await expect(topics.open(caller, 'leaderboard:nowhere')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('agrees with PostgreSQL on every page and place', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ offset: fc.nat({ max: 10 }), limit: fc.integer({ min: 1, max: 10 }) }),
        fc.record({ who: fc.nat({ max: 8 }), around: fc.nat({ max: 5 }) }),
        async (page, { who, around }) => {
          const [held, stored] = await Promise.all(
            bothWays().map(async ([, { reader }]) => [
              (await reader.top('global', top(page))).data,
              await reader.place('global', id(who), place({ around })),
            ]),
          );
          expect(held).toEqual(stored);
        },
      ),
      { numRuns: 40 },
    );
  });
});
