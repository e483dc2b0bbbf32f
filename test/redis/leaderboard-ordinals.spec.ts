import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import { GLOBAL_LAYOUT, unitOf } from '../../src/leaderboard/board-score.js';
import { spanOn } from '../../src/common/period.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { commitTotal, createLearners, createQuiz, type Learner } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { commitScores } from '../support/scores.js';
import { waitUntil } from '../support/wait-until.js';

/** More than a step of the renumbering takes, most of them with as many points as a thousand others. */
const LEARNERS = 6_000;
const LIMIT = unitOf(GLOBAL_LAYOUT);
const global = boardOf('global');
const own = keysOf(global);

describe('ordinals', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let boards: TestBoards;
  let learners: Learner[];

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    learners = [];
    while (learners.length < LEARNERS) learners.push(...(await createLearners(postgres.database, 2_000)));
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));
  beforeEach(async () => {
    await redis.redis.flushall();
    await postgres.database.$executeRaw`UPDATE ordinal_origin SET origin = 0, cut = NULL`;
    await postgres.database.$queryRaw`SELECT setval('standing_ordinal', 1000)`;
    await postgres.database.$executeRaw`
      UPDATE users SET total_score = 1 + get_byte(uuid_send(id), 15) % 6, ordinal = nextval('standing_ordinal'), seq = 1`;
    boards = leaderboardOn(redis, postgres);
    await boards.rebuilder.check();
  });

  const spend = async (last: bigint) =>
    await postgres.database.$queryRaw`SELECT setval('standing_ordinal', ${last})`;
  const inOrder = async () =>
    (
      await postgres.database.$queryRaw<{ id: string }[]>`
        SELECT id FROM users WHERE total_score > 0 ORDER BY total_score DESC, ordinal`
    ).map(({ id }) => id);
  const origin = async () => (await postgres.database.ordinalOrigin.findFirstOrThrow()).origin;
  const expectProven = async () => {
    expect(await redis.redis.zrevrange(own.standings, 0, -1)).toEqual(await inOrder());
    expect(await boards.verifier.verify()).toMatchObject({ members: LEARNERS, differences: [] });
  };

  it('are due for renumbering long before a board runs out of them', async () => {
    await spend((LIMIT / 4n) * 3n);
    expect(await boards.ordinals.isDue()).toBe(false);
    await spend((LIMIT / 4n) * 3n + 1n);
    expect(await boards.ordinals.isDue()).toBe(true);
  });

  it('keep the order among equals in every step of a renumbering, with scores in between', async () => {
    await spend(LIMIT - 100n);
    const scorers = learners.slice(0, 40);
    const scored = new Set(scorers.map(({ userId }) => userId));
    const others = async () => (await inOrder()).filter((id) => !scored.has(id));
    const before = await others();
    let steps = 0;
    for (let goesOn = true; goesOn; steps += 1) {
      for (const learner of scorers.slice(steps * 10, steps * 10 + 10))
        await commitTotal(postgres.database, learner, 4);
      goesOn = await boards.ordinals.renumberSome();
      expect(await others()).toEqual(before);
    }
    // The cut, two batches, and the end.
    expect(steps).toBe(4);
    expect((await inOrder()).filter((id) => scored.has(id))).toEqual(scorers.map(({ userId }) => userId));
    expect(await origin()).toBeGreaterThan(LIMIT - 2_000n);
    expect(await boards.ordinals.isDue()).toBe(false);
    // A second time, beyond what a board could hold at all.
    await spend(2n * LIMIT - 3_000n);
    await boards.rebuilder.rebuild([global]);
    await expectProven();
  });

  it('are renumbered by the next rebuild, during which boards are read from PostgreSQL', async () => {
    await spend(LIMIT - 100n);
    await boards.rebuilder.demand([global]);
    await waitUntil('it has begun', async () => (await redis.redis.exists(own.ready)) === 0);
    const { data } = await boards.reader.top('global', { period: 'all', offset: 100, limit: 100 });
    expect(data.map(({ userId }) => userId)).toEqual((await inOrder()).slice(100, 200));
    await waitUntil('it is done', async () => await boards.health.ready());
    expect(await boards.ordinals.isDue()).toBe(false);
    await expectProven();
  });

  it('are renumbered once by two processes, of which one ends half-way', async () => {
    await spend(LIMIT - 100n);
    await redis.redis.del(own.ready);
    const other = leaderboardOn(redis, postgres);
    const first = boards.rebuilder.check();
    await waitUntil('the cut is made', async () => {
      const { cut } = await postgres.database.ordinalOrigin.findFirstOrThrow();
      return cut !== null;
    });
    await Promise.all([boards.rebuilder.beforeApplicationShutdown(), other.ordinals.renumberSome()]);
    await first;
    expect(await redis.redis.exists(own.ready)).toBe(0);
    boards = other;
    await boards.rebuilder.rebuild([global]);
    await expectProven();
  });

  it('of a score that was read before and is written late change nothing', async () => {
    await spend(LIMIT - 100n);
    const learner = learners[7] as Learner;
    const late = await commitTotal(postgres.database, learner, 50);
    await boards.rebuilder.rebuild([global]);
    await boards.service.record('global', [late]);
    await boards.service.correct('global', [late]);
    await expectProven();
  });

  it('of a period count from two days before it, however many were drawn before', async () => {
    const author = (learners[0] as Learner).userId;
    const quizId = await createQuiz(postgres.database, author);
    await spend(9n * LIMIT);
    await boards.ordinals.markDay();
    await boards.ordinals.markDay();
    const [row] = await postgres.database.$queryRaw<{ day: string; origin: bigint }[]>`
      SELECT day::text, origin FROM ordinal_days`;
    const [today] = await postgres.database.$queryRaw<{ ahead: number }[]>`
      SELECT ${row?.day}::date - (now() AT TIME ZONE 'UTC')::date AS ahead`;
    expect([today?.ahead, row?.origin]).toEqual([2, 9n * LIMIT]);

    const day = row?.day ?? '';
    const five = learners.slice(0, 5);
    const { delivery } = await commitScores(
      postgres.database,
      five.map((learner) => ({ learner, quizId, day, delta: 3 })),
    );
    await postgres.database.$executeRaw`UPDATE ordinal_origin SET origin = ${9n * LIMIT - 1_000n}`;
    await postgres.database
      .$executeRaw`UPDATE users SET ordinal = ${9n * LIMIT} - ordinal WHERE ordinal < 9000`;
    const board = boardOf('global', spanOn('daily', day));
    await boards.rebuilder.check([board]);
    await boards.service.recordAll([], delivery.days);
    expect(await redis.redis.zrevrange(keysOf(board).standings, 0, -1)).toEqual(
      five.map(({ userId }) => userId),
    );
  });
});
