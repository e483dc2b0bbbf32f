import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import { remove } from '../../src/leaderboard/board-write.scripts.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { commitTotal, createLearners, type Committed, type Learner } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { heldEvents } from '../support/topics.js';

const own = keysOf(boardOf('global'));
const TOP = { period: 'all', offset: 0, limit: 10 } as const;
const PLACE = { period: 'all', around: 2 } as const;

describe('boards and who may not be on them', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let boards: TestBoards;
  let anna: Committed;
  let bela: Committed;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    boards = leaderboardOn(redis, postgres);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));
  beforeEach(async () => {
    await redis.redis.flushall();
    await postgres.database.user.deleteMany();
    const [first, second] = (await createLearners(postgres.database, 2)) as [Learner, Learner];
    anna = await commitTotal(postgres.database, first, 7);
    bela = await commitTotal(postgres.database, second, 5);
    await boards.rebuilder.check();
  });

  /** As an administrator's commit does. */
  const setStatus = async ({ userId }: Learner, status: 'active' | 'banned') =>
    await postgres.database.user.update({
      where: { id: userId },
      data: { status, seq: { increment: 1 }, standingAt: new Date() },
    });
  const ranked = async () => (await boards.reader.top('global', TOP)).data.map((one) => one.userId);
  const held = async () => await redis.redis.zrevrange(own.standings, 0, -1);

  it('takes a banned learner off, and a write from before the ban that comes late changes nothing', async () => {
    await setStatus(anna, 'banned');
    await boards.service.follow(anna);
    const late = await boards.service.record('global', [anna]);
    expect(late).toEqual([{ userId: anna.userId, rank: null, previousRank: null, changed: false }]);
    await boards.service.follow(anna);
    expect(await ranked()).toEqual([bela.userId]);
    expect(await boards.reader.place('global', anna.userId, PLACE)).toMatchObject({ rank: null, score: 0 });
    expect(await boards.reader.place('global', bela.userId, PLACE)).toMatchObject({ rank: 1, size: 1 });
  });

  it('takes nobody off by a removal from before the return that comes late', async () => {
    const { seq } = await setStatus(anna, 'banned');
    await setStatus(anna, 'active');
    await boards.service.follow(anna);
    const [, score] = await redis.redis.zrevrange(own.standings, 0, 0, 'WITHSCORES');
    for (const expectedScore of [undefined, score])
      await redis.scripts.run(remove, {
        board: boardOf('global'),
        removals: [{ userId: anna.userId, seq, ...(expectedScore !== undefined && { expectedScore }) }],
      });
    expect(await held()).toEqual([anna.userId, bela.userId]);
  });

  it('takes many off at once, and announces those who were among the first', async () => {
    const crowd: Committed[] = [];
    for (const [nth, learner] of (await createLearners(postgres.database, 13)).entries())
      crowd.push(await commitTotal(postgres.database, learner, 30 - nth));
    await boards.service.record('global', crowd);
    await redis.redis.del(own.stream);
    const [first, second, third] = crowd as [Committed, Committed, Committed];
    const [eighth, eleventh] = [crowd[7], crowd[10]] as [Committed, Committed];
    const off = ({ userId, seq }: Committed) => ({ userId, seq: seq + 1n });
    const fallen = { ...eighth, points: 1, seq: eighth.seq + 1n };
    await redis.scripts.run(remove, {
      board: boardOf('global'),
      removals: [
        off(eleventh),
        { ...off(third), hidden: true },
        { ...off(eighth), left: fallen },
        { ...off(first), expectedScore: '1' },
      ],
    });
    const others = crowd.filter((one) => ![third, eighth, eleventh].includes(one));
    expect(await held()).toEqual([...others, anna, bela, eighth].map(({ userId }) => userId));
    expect((await held()).slice(0, 2)).toEqual([first.userId, second.userId]);
    const left = { board: 'global', userId: null, rank: null, score: third.points };
    expect(await heldEvents(redis.redis, own.stream)).toEqual([
      { type: 'leaderboard.top10.left', data: left },
      { type: 'leaderboard.top10.left', data: { ...left, userId: eighth.userId, rank: 13, score: 1 } },
    ]);
    const late = await boards.service.record('global', [third, eleventh]);
    expect(late.map(({ changed }) => changed)).toEqual([false, false]);
  });

  it('announces that a banned learner left the top 10, once, and the return', async () => {
    await setStatus(anna, 'banned');
    await boards.service.follow(anna);
    await boards.service.follow(anna);
    const left = { board: 'global', userId: anna.userId, rank: null, score: 7 };
    const told = [{ type: 'leaderboard.top10.left', data: left }];
    expect(await heldEvents(redis.redis, own.stream)).toEqual(told);
    await setStatus(anna, 'active');
    await boards.service.follow(anna);
    expect(await heldEvents(redis.redis, own.stream)).toMatchObject([
      ...told,
      { type: 'leaderboard.top10.entered', data: { userId: anna.userId, rank: 1, previousRank: null } },
    ]);
  });

  it('brings the standing back when the ban ends, whatever was scored meanwhile, in any order of what follows', async () => {
    await setStatus(anna, 'banned');
    await boards.service.follow(anna);
    await commitTotal(postgres.database, anna, 9);
    await boards.service.follow(anna);
    expect(await ranked()).toEqual([bela.userId]);
    await setStatus(anna, 'active');
    await Promise.all(Array.from({ length: 4 }, async () => await boards.service.follow(anna)));
    expect(await ranked()).toEqual([anna.userId, bela.userId]);
    expect(await boards.reader.place('global', anna.userId, PLACE)).toMatchObject({ rank: 1, score: 9 });
  });

  it.each([
    ['banned', async () => await setStatus(anna, 'banned')],
    [
      'deleted',
      async () =>
        await postgres.database.user.update({
          where: { id: anna.userId },
          data: { deletedAt: new Date(), standingAt: new Date(), seq: { increment: 1 } },
        }),
    ],
  ])('leaves who is %s out of a rebuild, and of what PostgreSQL answers meanwhile', async (status, leave) => {
    await leave();
    await redis.redis.flushall();
    expect(await ranked()).toEqual([bela.userId]);
    expect(await boards.reader.place('global', bela.userId, PLACE)).toMatchObject({ rank: 1, size: 1 });
    const place = boards.reader.place('global', anna.userId, PLACE);
    if (status === 'banned') expect(await place).toMatchObject({ rank: null, score: 0, neighbours: [] });
    else await expect(place).rejects.toMatchObject({ code: 'not_found' });
    await boards.rebuilder.check();
    expect(await boards.health.ready()).toBe(true);
    expect(await held()).toEqual([bela.userId]);
    // The flush took the fence; the rebuild has put it up again.
    await boards.service.record('global', [anna]);
    expect(await held()).toEqual([bela.userId]);
  });

  it('forgets the name of a deleted learner in what is held for replay, and no other', async () => {
    const [clara, dana, emil] = (await createLearners(postgres.database, 3)) as [Learner, Learner, Learner];
    for (const [learner, points] of [
      [clara, 8],
      [dana, 6],
    ] as const)
      await boards.service.record('global', [await commitTotal(postgres.database, learner, points)]);
    const named = async () =>
      (await redis.redis.xrange(own.stream, '-', '+')).map(([id, fields]) => [id, fields.join(' ')]);
    expect(await named()).toHaveLength(2);
    await boards.service.forget(clara.userId);
    expect(await named()).toEqual([['2-0', expect.stringContaining(dana.username)]]);
    await boards.service.forget(dana.userId);
    expect(await named()).toEqual([]);
    await boards.service.record('global', [await commitTotal(postgres.database, emil, 1)]);
    expect(await named()).toEqual([['3-0', expect.stringContaining(emil.username)]]);
  });

  it('takes a banned learner off again when Redis was set back to before the ban', async () => {
    await setStatus(anna, 'banned');
    await redis.redis.set(own.ready, 'another-run');
    expect(await held()).toContain(anna.userId);
    await boards.rebuilder.check();
    await boards.service.record('global', [anna]);
    expect(await held()).toEqual([bela.userId]);
  });
});
