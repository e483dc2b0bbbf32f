import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import { encodeScore } from '../../src/leaderboard/board-score.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { commitTotal, createLearners, type Committed, type Learner } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const global = boardOf('global');
const own = keysOf(global);
const COUNT = 2_100;

describe('proving a board', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let boards: TestBoards;
  let learners: Learner[];
  let some: Committed[];

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    boards = leaderboardOn(redis, postgres);
    learners = await createLearners(postgres.database, COUNT);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));
  beforeEach(async () => {
    await redis.redis.flushall();
    await postgres.database.$executeRaw`
      UPDATE users SET total_score = 1 + (random() * 20)::int, ordinal = nextval('standing_ordinal'), seq = seq + 1`;
    some = [];
    for (const learner of learners.slice(0, 4)) some.push(await commitTotal(postgres.database, learner, 50));
    await boards.rebuilder.check();
  });

  const verified = async () => await boards.verifier.verify();
  const scoreOf = (one: Committed, points = one.points, ordinal = one.ordinal) =>
    encodeScore(global.layout, points, ordinal);

  it('finds nothing to say of one that is right, and builds one that is not there first', async () => {
    expect(await verified()).toEqual({ boards: 1, members: COUNT, differences: [] });
    await redis.redis.flushall();
    expect(await verified()).toEqual({ boards: 1, members: COUNT, differences: [] });
  });

  it('names who is missing, who is a stranger, and whose score or order is another', async () => {
    const [missing, higher, lower, later] = some as [Committed, Committed, Committed, Committed];
    const stranger = newId();
    await redis.redis.zrem(own.standings, missing.userId);
    await redis.redis.zadd(own.standings, scoreOf(higher, 90), higher.userId);
    await redis.redis.zadd(own.standings, scoreOf(lower, 2), lower.userId);
    await redis.redis.zadd(own.standings, scoreOf(later, 50, later.ordinal + 1n), later.userId);
    await redis.redis.zadd(own.standings, scoreOf(later, 7), stranger);
    const { differences } = await verified();
    const named = new Map(differences.map(({ userId, expected, found }) => [userId, [expected, found]]));
    expect(named).toEqual(
      new Map([
        [missing.userId, [50, null]],
        [higher.userId, [50, 90]],
        [lower.userId, [50, 2]],
        [later.userId, [50, 50]],
        [stranger, [null, 7]],
      ]),
    );
    expect(differences).toHaveLength(5);
    await boards.rebuilder.rebuild([global]);
    expect((await verified()).differences).toEqual([]);
  });

  it('does not take for wrong what is on its way', async () => {
    const [one] = some as [Committed];
    const risen = await commitTotal(postgres.database, one, 60);
    const later = setTimeout(() => void boards.service.record('global', [risen]), 600);
    expect((await verified()).differences).toEqual([]);
    clearTimeout(later);
  });

  it('rebuilds in place: nobody is off the board meanwhile, and what is scored then is kept', async () => {
    let lowest = COUNT;
    const watch = setInterval(
      () => void redis.redis.zcard(own.standings).then((size) => (lowest = Math.min(lowest, size))),
      2,
    );
    const rebuilt = boards.rebuilder.rebuild([global]);
    const [one] = some as [Committed];
    await boards.service.record('global', [await commitTotal(postgres.database, one, 70)]);
    await rebuilt;
    clearInterval(watch);
    expect(lowest).toBe(COUNT);
    expect((await verified()).differences).toEqual([]);
    expect(await boards.health.ready()).toBe(true);
  });
});
