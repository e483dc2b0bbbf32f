import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { ProfileRepository } from '../../src/profile/profile.repository.js';
import { ProfileService } from '../../src/profile/profile.service.js';
import type { ChangeProfile } from '../../src/profile/profile.dto.js';
import { submissionScored } from '../../src/profile/profile.events.js';
import { loadProfile, type ScoreEntry } from '../../src/profile/profile.scripts.js';
import { keys } from '../../src/redis/keys.js';
import { readCounts } from '../support/caches.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners } from '../support/learners.js';
import { startTestRedis, type TestRedis, testConfig } from '../support/redis.js';
import { RedisConnections } from '../../src/redis/redis-connections.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';

describe('profiles', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let profiles: ProfileService;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    profiles = new ProfileService(redis.redis, redis.scripts, new ProfileRepository(postgres.database));
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

  const newUser = async () => (await createLearners(postgres.database, 1))[0]?.userId ?? '';

  /** Commits a score as scoring does, and says what Redis is to be told. */
  const change = async (userId: string, changes: ChangeProfile) =>
    await profiles.show(
      await postgres.database.$transaction(async (tx) => await profiles.change(tx, userId, changes)),
    );
  const rename = async (userId: string, displayName: string) => await change(userId, { displayName });
  const commit = async (userId: string, delta: number, solved = 1): Promise<ScoreEntry> => {
    const { seq, totalScore } = await postgres.database.user.update({
      where: { id: userId },
      data: { totalScore: { increment: delta }, quizzesSolved: { increment: solved }, seq: { increment: 1 } },
    });
    return {
      userId,
      seq,
      delta,
      solved,
      occasion: newId(),
      event: { ...submissionScored.example, totalScore },
    };
  };
  /** As an administrator's change does. */
  const changeRole = async (userId: string) => {
    await postgres.database.user.update({
      where: { id: userId },
      data: { role: 'author', seq: { increment: 1 } },
    });
    await profiles.reload([userId]);
  };
  const held = async (userId: string) => await redis.redis.hgetall(keys.profile.profile(userId));
  const events = async (userId: string) => await redis.redis.xlen(keys.events.userStream(userId));

  it('is loaded from PostgreSQL when Redis does not have it, and expires', async () => {
    const userId = await newUser();
    const own = await profiles.own(userId);
    expect(own).toMatchObject({ userId, role: 'learner', totalScore: 0, emailVerified: false });
    expect(await held(userId)).toMatchObject({ userId, seq: '0' });
    const ttlSec = await redis.redis.ttl(keys.profile.profile(userId));
    expect(ttlSec / 86_400).toBeGreaterThan(0.89);
    expect(ttlSec / 86_400).toBeLessThanOrEqual(1);
    expect(await profiles.own(userId)).toEqual(own);
    expect(await profiles.get(userId)).not.toHaveProperty('email');
  });

  it('counts whether Redis held them, also of many at once', async () => {
    const [one, two] = [await newUser(), await newUser()];
    const before = await readCounts('profile');
    await profiles.get(one);
    await profiles.get(one);
    await profiles.shownNames([one, two]);
    const { hit, miss } = await readCounts('profile');
    expect([hit - before.hit, miss - before.miss]).toEqual([2, 2]);
  });

  it('does not let those who were loaded together expire together', async () => {
    const userIds = (await createLearners(postgres.database, 200)).map(({ userId }) => userId);
    await profiles.reload(userIds);
    const expiries = await Promise.all(
      userIds.map(async (id) => await redis.redis.pexpiretime(keys.profile.profile(id))),
    );
    expect(Math.max(...expiries) - Math.min(...expiries)).toBeGreaterThan(3_600_000);
  });

  it('says not_found for nobody', async () => {
    await expect(profiles.get(newId())).rejects.toMatchObject({ code: 'not_found' });
  });

  it('adds scores in order and announces each', async () => {
    const userId = await newUser();
    await profiles.get(userId);
    await profiles.recordScores([await commit(userId, 5), await commit(userId, 3, 0)]);
    expect(await held(userId)).toMatchObject({ totalScore: '8', quizzesSolved: '1', seq: '2' });
    expect(await events(userId)).toBe(2);
    expect((await profiles.get(userId)).totalScore).toBe(8);
  });

  it('counts a score once however often and however parallel it is recorded, and announces it once', async () => {
    const userId = await newUser();
    await profiles.get(userId);
    const entry = await commit(userId, 5);
    await Promise.all(Array.from({ length: 10 }, async () => await profiles.recordScores([entry])));
    await profiles.recordScores([entry, entry]);
    expect(await held(userId)).toMatchObject({ totalScore: '5', quizzesSolved: '1', seq: '1' });
    expect(await events(userId)).toBe(1);
  });

  it('loads what it missed before a gap, and still announces every submission once', async () => {
    const userId = await newUser();
    await profiles.get(userId);
    const [first, second] = [await commit(userId, 5), await commit(userId, 4)];
    await profiles.recordScores([second]);
    expect(await held(userId)).toMatchObject({ totalScore: '9', seq: '2' });
    await profiles.recordScores([first]);
    expect(await held(userId)).toMatchObject({ totalScore: '9', seq: '2' });
    expect(await events(userId)).toBe(2);
  });

  it('records for users that Redis has forgotten, and leaves out who is no more', async () => {
    const [userId, gone] = [await newUser(), await newUser()];
    const entries = [await commit(userId, 7), await commit(gone, 7)];
    await redis.redis.flushall();
    await postgres.database.user.delete({ where: { id: gone } });
    await profiles.recordScores(entries);
    expect(await held(userId)).toMatchObject({ totalScore: '7', seq: '1' });
    expect(await events(userId)).toBe(1);
    expect(await held(gone)).toEqual({});
  });

  it('is never set back by a slow load', async () => {
    const userId = await newUser();
    const stale = new ProfileRepository(postgres.database);
    const before = await stale.find([userId]);
    const entry = await commit(userId, 6);
    await profiles.recordScores([entry]);
    const slow = new ProfileService(
      redis.redis,
      redis.scripts,
      Object.assign(stale, { find: async () => await Promise.resolve(before) }),
    );
    await slow.reload([userId]);
    expect(await held(userId)).toMatchObject({ totalScore: '6', seq: '1' });
  });

  it('is not stale when a score was recorded and lost with Redis while a load was on its way', async () => {
    const userId = await newUser();
    const reader = new ProfileRepository(postgres.database);
    const before = await reader.find([userId]);
    const entry = await commit(userId, 6);
    await profiles.recordScores([entry]);
    await redis.redis.del(keys.profile.profile(userId));
    const loads = [before];
    const find = reader.find.bind(reader);
    const late = new ProfileService(
      redis.redis,
      redis.scripts,
      Object.assign(reader, { find: async (ids: string[]) => loads.shift() ?? (await find(ids)) }),
    );
    expect(await late.get(userId)).toMatchObject({ totalScore: 6 });
    expect(await held(userId)).toMatchObject({ totalScore: '6', seq: '1' });
  });

  it('keeps the last activity that it has seen when it is loaded again', async () => {
    const userId = await newUser();
    const lastActiveAt = new Date(Date.now() + 5_000);
    await profiles.get(userId);
    await redis.redis.hset(keys.profile.profile(userId), 'lastActiveAt', lastActiveAt.getTime());
    const renamed = await rename(userId, 'Ada');
    expect(renamed).toMatchObject({ displayName: 'Ada', lastActiveAt: lastActiveAt.toISOString() });
  });

  it('counts scores right however they mix with changes of name and role', async () => {
    const userId = await newUser();
    const scores = Array.from(
      { length: 10 },
      async () => await profiles.recordScores([await commit(userId, 2)]),
    );
    const names = Array.from({ length: 5 }, async (_, i) => await rename(userId, `Name ${i}`));
    await Promise.all([...scores, ...names, changeRole(userId)]);
    const truth = await postgres.database.user.findUniqueOrThrow({ where: { id: userId } });
    expect(await profiles.get(userId)).toMatchObject({
      totalScore: 20,
      role: 'author',
      displayName: truth.displayName,
    });
    expect((await held(userId))['seq']).toBe('16');
    expect(await events(userId)).toBe(10);
  });

  it('erases a deleted account, and what read it before and comes late brings nothing back', async () => {
    const userId = await newUser();
    await profiles.recordScores([await commit(userId, 5)]);
    const before = await postgres.database.user.findUniqueOrThrow({ where: { id: userId } });
    const late = await commit(userId, 2);
    const { seq } = await postgres.database.user.update({
      where: { id: userId },
      data: { deletedAt: new Date(), seq: { increment: 1 } },
    });
    await profiles.erase(userId, seq);
    const record = { ...before, emailVerified: false };
    await redis.scripts.run(loadProfile, record);
    await profiles.recordScores([late]);
    await profiles.reload([userId]);

    expect(await held(userId)).toEqual({ seq: String(seq) });
    expect(await redis.redis.ttl(keys.profile.profile(userId))).toBeGreaterThan(3_000);
    expect(await events(userId)).toBe(0);
    await expect(profiles.own(userId)).rejects.toMatchObject({ code: 'not_found' });
    expect(await profiles.shownNames([userId])).toEqual(new Map());
    expect((await profiles.search('', { limit: 100 })).data.map((user) => user.userId)).not.toContain(userId);
  });

  it('names users, from PostgreSQL where Redis does not know them, and leaves out who is nobody', async () => {
    const learners = await createLearners(postgres.database, 3);
    const [first] = learners;
    await profiles.get(first?.userId ?? '');
    const names = await profiles.shownNames([...learners.map((one) => one.userId), newId()]);
    expect(names).toEqual(new Map(learners.map((one) => [one.userId, one.username])));
    const { hit, miss } = await readCounts('profile');
    await profiles.shownNames(learners.map((one) => one.userId));
    expect(await readCounts('profile')).toMatchObject({ hit: hit + 3, miss });
  });

  it('does not name who does not want to be seen on boards, wherever the name comes from', async () => {
    const userId = await newUser();
    expect(await change(userId, { leaderboardVisible: false })).toMatchObject({ leaderboardVisible: false });
    expect(await profiles.shownNames([userId])).toEqual(new Map([[userId, null]]));
    await redis.redis.flushall();
    expect(await profiles.shownNames([userId])).toEqual(new Map([[userId, null]]));
    expect(await profiles.own(userId)).toMatchObject({ leaderboardVisible: false });
    await change(userId, { leaderboardVisible: true });
    expect([...(await profiles.shownNames([userId])).values()]).toEqual([expect.any(String)]);
  });

  it('answers from PostgreSQL while Redis is away', async () => {
    const [learner] = await createLearners(postgres.database, 1);
    const connections = new RedisConnections(testConfig());
    const away = connections.shared();
    const cut = new ProfileService(away, new ScriptRunner(away), new ProfileRepository(postgres.database));
    const { bypass } = await readCounts('profile');
    expect((await cut.get(learner?.userId ?? '')).username).toBe(learner?.username);
    expect((await cut.shownNames([learner?.userId ?? ''])).size).toBe(1);
    expect((await readCounts('profile')).bypass).toBe(bypass + 2);
    await connections.onApplicationShutdown();
  });
});
