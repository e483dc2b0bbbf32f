import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { commitTotal, createLearners, type Committed, type Learner } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { heldEvents } from '../support/topics.js';

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

  const events = async () => await heldEvents(redis.redis, own.stream);
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

  it('announce who enters the top 10 and who leaves it, once', async () => {
    const crowd = await createLearners(postgres.database, 8);
    for (const learner of crowd)
      await boards.service.record('global', [await commitTotal(postgres.database, learner, 4)]);
    const last = crowd.at(-1) as Learner;
    await redis.redis.del(own.stream, own.topic);
    const fallen = await commitTotal(postgres.database, anna, 3);
    await boards.service.correct('global', [fallen]);
    await boards.service.correct('global', [fallen]);
    const left = { board: 'global', userId: anna.userId, rank: 11, score: 3 };
    expect(await events()).toEqual([{ type: 'leaderboard.top10.left', data: left }]);
    await boards.service.correct('global', [await commitTotal(postgres.database, anna, 6)]);
    expect((await events()).slice(1)).toEqual([
      {
        type: 'leaderboard.top10.entered',
        data: {
          ...{ board: 'global', userId: anna.userId, username: anna.username, rank: 2, previousRank: 11 },
          ...{ score: 6, displacedUserId: last.userId },
        },
      },
      {
        type: 'leaderboard.top10.left',
        data: { board: 'global', userId: last.userId, rank: 11, score: 4 },
      },
    ]);
  });

  it('announce nothing while they move within the top 10', async () => {
    const before = await events();
    await boards.service.correct('global', [await commitTotal(postgres.database, anna, 6)]);
    expect(await events()).toEqual(before);
  });

  it('announce who leaves the board altogether, and nobody while it is being built', async () => {
    await boards.service.correct('global', [await commitTotal(postgres.database, anna, 0)]);
    const left = { board: 'global', userId: anna.userId, rank: null, score: 9 };
    expect(await events()).toEqual([{ type: 'leaderboard.top10.left', data: left }]);
    await redis.redis.set(own.ready, 'another-run');
    await boards.service.correct('global', [await commitTotal(postgres.database, bela, 0)]);
    expect(await events()).toHaveLength(1);
  });

  it('tell both ways of a fall that a rise had overtaken', async () => {
    const crowd = await createLearners(postgres.database, 9);
    for (const learner of crowd)
      await boards.service.record('global', [await commitTotal(postgres.database, learner, 8)]);
    await redis.redis.del(own.stream, own.topic);
    const fallen = await commitTotal(postgres.database, anna, 6);
    const risen = await commitTotal(postgres.database, anna, 20);
    await boards.service.record('global', [risen]);
    await boards.service.correct('global', [fallen]);
    expect((await events()).map(({ type }) => type.split('.').at(-1))).toEqual(['left', 'entered', 'left']);
    expect((await held())[0]).toEqual([anna.userId, 20]);
  });
});
