import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { boardOf, groupBoardName, keysOf } from '../../src/leaderboard/board.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { commitTotal, createGroup, createLearners, type Learner } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

describe('the board of a group, and who is not to be named on it', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let boards: TestBoards;
  let anna: Learner;
  let bela: Learner;
  let groupId: string;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    boards = leaderboardOn(redis, postgres);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));
  beforeEach(async () => {
    await redis.redis.flushall();
    [anna, bela] = (await createLearners(postgres.database, 2)) as [Learner, Learner];
    groupId = await createGroup(postgres.database, bela.userId);
    for (const { userId } of [anna, bela])
      await postgres.database.conversationMember.create({ data: { conversationId: groupId, userId } });
    await boards.rebuilder.check([boardOf('global'), boardOf(groupBoardName(groupId))]);
    for (const learner of [anna, bela])
      await boards.service.record('global', [await commitTotal(postgres.database, learner, 5)]);
    for (const { userId } of [anna, bela]) expect(await held()).toContain(userId);
  });

  const held = async () => {
    const { stream } = keysOf(boardOf(groupBoardName(groupId)));
    return JSON.stringify(await redis.redis.xrange(stream, '-', '+'));
  };
  /** As the owner's commit does. */
  const changed = async (data: { leaderboardVisible: false } | { deletedAt: Date }) =>
    await postgres.database.user.update({
      where: { id: anna.userId },
      data: { ...data, seq: { increment: 1 }, standingAt: new Date() },
    });
  const leave = async () => {
    await postgres.database.conversationMember.deleteMany({ where: { userId: anna.userId } });
    await postgres.database.user.update({ where: { id: anna.userId }, data: { seq: { increment: 1 } } });
    await boards.service.followMembership(anna.userId, groupId);
  };
  const expectForgotten = async () => {
    const events = await held();
    for (const name of [anna.userId, anna.username]) expect(events).not.toContain(name);
    expect(events).toContain(bela.userId);
  };

  it('forgets who opts out in the events that are held', async () => {
    await changed({ leaderboardVisible: false });
    await boards.service.follow(anna);
    await expectForgotten();
  });

  it('forgets a deleted account that is still in the group', async () => {
    await changed({ deletedAt: new Date() });
    await boards.service.follow(anna);
    await boards.service.forget(anna.userId);
    await expectForgotten();
  });

  it('forgets who has left it, also where that is followed before the deletion of the account', async () => {
    await changed({ deletedAt: new Date() });
    await leave();
    await boards.service.follow(anna);
    await boards.service.forget(anna.userId);
    await expectForgotten();
  });
});
