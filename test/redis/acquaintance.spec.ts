import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { AcquaintanceRepository } from '../../src/relation/acquaintance.repository.js';
import { AcquaintanceService } from '../../src/relation/acquaintance.service.js';
import { BlockRepository } from '../../src/relation/block.repository.js';
import { BlockService } from '../../src/relation/block.service.js';
import { FollowRepository } from '../../src/relation/follow.repository.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners } from '../support/learners.js';

describe('acquaintance', () => {
  let postgres: TestDatabase;
  let acquaintances: AcquaintanceService;
  let blocks: BlockService;
  let anna: string;
  let ben: string;
  let others: string[];

  beforeAll(async () => {
    postgres = await startTestDatabase();
  });
  beforeEach(async () => {
    const { database } = postgres;
    await database.$executeRaw`TRUNCATE users, conversations CASCADE`;
    acquaintances = new AcquaintanceService(
      new AcquaintanceRepository(database),
      new FollowRepository(database),
    );
    blocks = new BlockService(new BlockRepository(database), new FollowRepository(database), acquaintances);
    const [first, second, ...rest] = (await createLearners(database, 6)).map(({ userId }) => userId);
    [anna, ben, others] = [first as string, second as string, rest];
  });
  afterAll(async () => await postgres.stop());

  const follow = async (followerId: string, followeeId: string) =>
    await postgres.database.follow.create({ data: { followerId, followeeId } });
  const converse = async (...userIds: string[]) =>
    await postgres.database.conversation.create({
      data: {
        ...{ id: newId(), type: 'group' },
        members: { create: userIds.map((userId) => ({ userId, hidden: userId === anna })) },
      },
    });
  const caller = (userId: string) => ({
    userId,
    sessionId: newId(),
    username: 'one',
    role: 'learner' as const,
  });
  const eachOther = async (a: string, b: string) =>
    await Promise.all([acquaintances.mayWatch(a, b), acquaintances.mayWatch(b, a)]);

  it('is with oneself, and with no stranger', async () => {
    expect(await acquaintances.mayWatch(anna, anna)).toBe(true);
    expect(await eachOther(anna, ben)).toEqual([false, false]);
    expect(await acquaintances.mayWatch(anna, newId())).toBe(false);
  });

  it('is both ways where one follows the other', async () => {
    await follow(anna, ben);
    expect(await eachOther(anna, ben)).toEqual([true, true]);
  });

  it('is of all who share a conversation, hidden or not', async () => {
    await converse(anna, ben);
    expect(await eachOther(anna, ben)).toEqual([true, true]);
    expect(await acquaintances.mayWatch(anna, others[0] as string)).toBe(false);
  });

  it('ends where one blocks the other, both ways, and following with it', async () => {
    await follow(anna, ben);
    await follow(ben, anna);
    await converse(anna, ben);
    await blocks.block(caller(anna), ben);
    expect(await eachOther(anna, ben)).toEqual([false, false]);
    expect(await postgres.database.follow.count()).toBe(0);
    expect(await blocks.isBlockedEitherWay(ben, anna)).toBe(true);
    await blocks.unblock(caller(anna), ben);
    expect(await eachOther(anna, ben)).toEqual([true, true]);
    expect(await blocks.isBlockedEitherWay(anna, ben)).toBe(false);
  });

  it('is not with who is banned or gone', async () => {
    const [banned, gone] = others as [string, string];
    await converse(anna, banned, gone);
    await postgres.database.user.update({ where: { id: banned }, data: { status: 'banned' } });
    await postgres.database.user.update({ where: { id: gone }, data: { deletedAt: new Date() } });
    expect(await eachOther(anna, banned)).toEqual([false, false]);
    expect(await eachOther(anna, gone)).toEqual([false, false]);
    expect(await acquaintances.allOf(anna, 10)).toEqual([anna]);
  });

  it('is told of many in one statement, and of all, the most active first', async () => {
    const [followed, follower, member, stranger] = others as [string, string, string, string];
    await follow(anna, followed);
    await follow(follower, anna);
    await converse(anna, member, ben);
    await blocks.block(caller(ben), anna);
    const asked = [...others, ben, anna];
    expect(await acquaintances.amongThem(anna, asked)).toEqual(new Set([followed, follower, member, anna]));
    expect(await blocks.blockedBetween(anna, asked)).toEqual(new Set([ben]));
    expect(await blocks.blockedBetween(ben, asked)).toEqual(new Set([anna]));
    const at = (minute: number) => new Date(Date.UTC(2026, 10, 25, 9, minute));
    for (const [minute, id] of [member, followed, anna, follower, stranger].entries())
      await postgres.database.user.update({ where: { id }, data: { lastActiveAt: at(minute) } });
    expect(await acquaintances.allOf(anna, 10)).toEqual([follower, anna, followed, member]);
    expect(await acquaintances.allOf(anna, 2)).toEqual([follower, anna]);
  });

  it('is asked again by whoever listens when it may have ended, also when one of them fails', async () => {
    const told: [string, string[]][] = [];
    acquaintances.onParted(() => Promise.reject(new Error('not now')));
    acquaintances.onParted(async (...parted) => await Promise.resolve(void told.push(parted)));
    await blocks.block(caller(anna), ben);
    expect(told).toEqual([[anna, [ben]]]);
  });
});
