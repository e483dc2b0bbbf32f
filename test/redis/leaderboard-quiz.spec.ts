import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { boardOf, keysOf, quizBoardName } from '../../src/leaderboard/board.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { createLearners, createQuiz, type Learner } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const PLACE = { period: 'all', around: 1 } as const;
const TOP = { period: 'all', offset: 0, limit: 10 } as const;

describe('the board of a quiz', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let boards: TestBoards;
  let anna: Learner;
  let bela: Learner;
  let cleo: Learner;
  let quizId: string;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    boards = leaderboardOn(redis, postgres);
    [anna, bela, cleo] = (await createLearners(postgres.database, 3)) as [Learner, Learner, Learner];
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));
  beforeEach(async () => {
    await redis.redis.flushall();
    await postgres.database.user.updateMany({ data: { status: 'active' } });
    quizId = await createQuiz(postgres.database, anna.userId);
  });

  const name = () => quizBoardName(quizId);
  const own = () => keysOf(boardOf(name()));
  /** Commits a best attempt as scoring does. */
  const commit = async (learner: Learner, points: number, quiz = quizId) => {
    const { userId } = learner;
    const [row] = await postgres.database.$queryRaw<{ ordinal: bigint; seq: bigint }[]>`
      WITH standing AS (
        INSERT INTO quiz_standings (user_id, quiz_id, best, ordinal)
        VALUES (${userId}::uuid, ${quiz}::uuid, ${points}, nextval('standing_ordinal'))
        ON CONFLICT (user_id, quiz_id) DO UPDATE SET best = excluded.best, ordinal = excluded.ordinal
        RETURNING ordinal
      ) UPDATE users SET seq = seq + 1, standing_at = now() FROM standing
        WHERE id = ${userId}::uuid RETURNING standing.ordinal, seq`;
    if (!row) throw new Error('no such user');
    return { ...learner, points, hidden: false, ...row };
  };
  const score = async (learner: Learner, points: number) =>
    await boards.service.record(name(), [await commit(learner, points)]);
  const shown = async () => {
    const { data } = await boards.reader.top(name(), TOP);
    return data.map(({ username, score: points }) => [username, points]);
  };
  const built = async () => {
    await boards.reader.top(name(), TOP);
    await boards.rebuilder.check([boardOf(name())]);
    expect(await redis.redis.exists(own().ready)).toBe(1);
  };

  it('is read from PostgreSQL until it is built, which reading asks for, and then from Redis', async () => {
    await score(anna, 3);
    await score(bela, 5);
    await score(cleo, 3);
    const expected = [
      [bela.username, 5],
      [anna.username, 3],
      [cleo.username, 3],
    ];
    expect(await redis.redis.exists(own().standings)).toBe(0);
    expect(await shown()).toEqual(expected);
    expect(await boards.reader.place(name(), cleo.userId, PLACE)).toMatchObject({ rank: 3, size: 3 });
    await built();
    await postgres.database.quizStanding.deleteMany({ where: { quizId } });
    expect(await shown()).toEqual(expected);
    expect(await boards.reader.place(name(), cleo.userId, PLACE)).toMatchObject({
      ...{ rank: 3, score: 3, size: 3, pointsToNext: 1 },
      neighbours: [{ username: bela.username }, { username: anna.username }, { username: cleo.username }],
    });
  });

  it('is of its quiz alone', async () => {
    const other = await createQuiz(postgres.database, anna.userId);
    await commit(cleo, 9, other);
    await score(anna, 3);
    expect(await shown()).toEqual([[anna.username, 3]]);
    expect(await boards.reader.place(name(), cleo.userId, PLACE)).toMatchObject({ rank: null, score: 0 });
    await built();
    expect(await shown()).toEqual([[anna.username, 3]]);
  });

  it('takes scores once it is built, tells ranks, and announces who enters the top', async () => {
    await score(anna, 3);
    await built();
    expect(await score(bela, 5)).toEqual([
      { userId: bela.userId, rank: 1, previousRank: null, changed: true },
    ]);
    const [entered] = await redis.redis.xrange(own().stream, '-', '+');
    expect(entered?.[1].join(' ')).toContain(`"board":"${name()}"`);
  });

  it('goes a day after it was last read, and with it all that Redis holds of it', async () => {
    await score(anna, 3);
    await built();
    await score(bela, 5);
    const day = 24 * 3600 * 1000;
    await redis.redis.pexpire(own().ready, 1_000);
    await shown();
    expect(await redis.redis.pttl(own().ready)).toBeGreaterThan(day - 60_000);
    expect(await redis.redis.pttl(own().standings)).toBeGreaterThan(2 * day - 60_000);
    for (const key of await redis.redis.keys(`*${quizId}*`))
      expect(await redis.redis.pttl(key)).toBeGreaterThan(0);
  });

  it('is built anew in another Redis, however long ago that came', async () => {
    await score(anna, 3);
    await built();
    await commit(bela, 5);
    await postgres.database.user.updateMany({ data: { standingAt: new Date(0) } });
    await redis.redis.set(own().ready, 'another run');
    expect(await shown()).toEqual([
      [bela.username, 5],
      [anna.username, 3],
    ]);
    await boards.rebuilder.check([boardOf(name())]);
    expect(await redis.redis.zcard(own().standings)).toBe(2);
  });

  it('loses whom a ban takes off every board, and has the learner back afterwards', async () => {
    await score(anna, 3);
    await score(bela, 5);
    await built();
    const setStatus = async (status: 'active' | 'banned') => {
      await postgres.database.user.update({
        where: { id: bela.userId },
        data: { status, seq: { increment: 1 }, standingAt: new Date() },
      });
      await boards.service.follow(bela);
    };
    await setStatus('banned');
    expect(await redis.redis.zcard(own().standings)).toBe(1);
    expect(await boards.reader.place(name(), bela.userId, PLACE)).toMatchObject({ rank: null, score: 0 });
    await setStatus('active');
    expect(await shown()).toEqual([
      [bela.username, 5],
      [anna.username, 3],
    ]);
  });

  it('lets a corrected best fall', async () => {
    await score(anna, 3);
    await score(bela, 5);
    await built();
    await boards.service.correct(name(), [await commit(bela, 1)]);
    expect(await shown()).toEqual([
      [anna.username, 3],
      [bela.username, 1],
    ]);
  });

  it('is not there for a quiz that is not, nor for a draft', async () => {
    const draft = await createQuiz(postgres.database, anna.userId, 'draft');
    const caller = {
      userId: anna.userId,
      username: anna.username,
      role: 'learner',
      sessionId: newId(),
    } as const;
    for (const missing of [newId(), draft, 'x', quizId.toUpperCase()]) {
      const board = `quiz:${missing}`;
      await expect(boards.reader.top(board, TOP)).rejects.toMatchObject({ code: 'not_found' });
      await expect(boards.reader.place(board, anna.userId, PLACE)).rejects.toMatchObject({
        code: 'not_found',
      });
      await expect(boards.reader.require(board, caller)).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(await shown()).toEqual([]);
  });
});
