import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { commitTotal, createLearners, type Committed, type Learner } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const own = keysOf(boardOf('global'));

describe('totals that are corrected', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let boards: TestBoards;
  let anna: Committed;
  let bela: Committed;
  let cleo: Committed;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    boards = leaderboardOn(redis, postgres);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));
  beforeEach(async () => {
    await redis.redis.flushall();
    await postgres.database.user.deleteMany();
    const learners = (await createLearners(postgres.database, 3)) as [Learner, Learner, Learner];
    anna = await commitTotal(postgres.database, learners[0], 9);
    bela = await commitTotal(postgres.database, learners[1], 7);
    cleo = await commitTotal(postgres.database, learners[2], 5);
    await boards.rebuilder.check();
  });

  const held = async () => {
    const { data } = await boards.reader.top('global', { period: 'all', offset: 0, limit: 10 });
    return data.map(({ userId, score }) => [userId, score]);
  };
  const change = (who: Learner, previousRank: number | null, rank: number | null) => ({
    ...{ userId: who.userId, previousRank, rank },
    changed: rank !== previousRank,
  });

  it('rise and fall together, and each tells its ranks', async () => {
    const fallen = await commitTotal(postgres.database, anna, 6);
    const risen = await commitTotal(postgres.database, cleo, 8);
    const changes = await boards.service.correct('global', [fallen, risen]);
    expect(changes).toEqual([change(anna, 1, 3), change(cleo, 3, 1)]);
    expect(await held()).toEqual([
      [cleo.userId, 8],
      [bela.userId, 7],
      [anna.userId, 6],
    ]);
  });

  it('fall behind those who had as many points before', async () => {
    await boards.service.correct('global', [await commitTotal(postgres.database, anna, 7)]);
    expect((await held()).map(([userId]) => userId)).toEqual([bela.userId, anna.userId, cleo.userId]);
  });

  it('leave the board when nothing is left', async () => {
    const changes = await boards.service.correct('global', [await commitTotal(postgres.database, bela, 0)]);
    expect(changes).toEqual([change(bela, 2, null)]);
    expect(await held()).toHaveLength(2);
  });

  it('may be corrected again, late, and after what came before them', async () => {
    const fallen = await commitTotal(postgres.database, anna, 6);
    await boards.service.correct('global', [fallen]);
    const risen = await commitTotal(postgres.database, anna, 20);
    await boards.service.record('global', [risen]);
    await boards.service.correct('global', [fallen]);
    await boards.service.record('global', [anna]);
    expect((await held())[0]).toEqual([anna.userId, 20]);
    await boards.service.correct('global', [risen, risen]);
    expect((await held())[0]).toEqual([anna.userId, 20]);
  });

  it('stay corrected when a score of before comes late', async () => {
    await boards.service.correct('global', [await commitTotal(postgres.database, anna, 6)]);
    await boards.service.record('global', [anna]);
    expect((await held()).at(1)).toEqual([anna.userId, 6]);
  });

  it('announce who rises into the top, and of a fall only that the board changed', async () => {
    const before = await redis.redis.xlen(own.stream);
    await boards.service.correct('global', [await commitTotal(postgres.database, anna, 6)]);
    expect(await redis.redis.xlen(own.stream)).toBe(before);
    const [newcomer] = (await createLearners(postgres.database, 1)) as [Learner];
    await boards.service.correct('global', [await commitTotal(postgres.database, newcomer, 30)]);
    expect(await redis.redis.xlen(own.stream)).toBe(before + 1);
  });
});
