import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import type { RateLimitRule } from '../../src/rate-limit/rule.js';
import { userSubject } from '../../src/rate-limit/subject.js';
import { keys } from '../../src/redis/keys.js';
import { CLIENT, sessionsOn, type TestSessions } from '../support/auth.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { startTestRedis, type TestRedis, whenReady } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const expired = { code: 'session_expired' };

describe('sessions', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let auth: TestSessions;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    auth = sessionsOn(redis, postgres);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

  const open = async (by = auth) => {
    const userId = await by.newUser();
    const { id: sessionId } = await by.sessions.open(userId, CLIENT);
    return { userId, sessionId };
  };
  const hash = async ({ userId, sessionId }: { userId: string; sessionId: string }) =>
    await redis.redis.hgetall(keys.auth.session(userId, sessionId));

  it('lets a live session in, says who it is, and keeps it for another idle time', async () => {
    const id = await open();
    const key = keys.auth.session(id.userId, id.sessionId);
    await redis.redis.pexpire(key, 5_000);
    const { caller } = await auth.sessions.admit(id, []);
    expect(caller).toMatchObject({ ...id, role: 'learner' });
    expect(await redis.redis.pttl(key)).toBeGreaterThan(1_700_000);
  });

  it('never keeps a session beyond its absolute end', async () => {
    const short = sessionsOn(redis, postgres, { SESSION_MAX_TTL_SEC: 60 });
    const id = await open(short);
    await short.sessions.admit(id, []);
    expect(await redis.redis.pttl(keys.auth.session(id.userId, id.sessionId))).toBeLessThanOrEqual(60_000);
  });

  it('ends at once, tells every node, and stays ended after a flush', async () => {
    const id = await open();
    const heard: string[] = [];
    const subscriber = await whenReady(redis.connections.subscriber());
    await subscriber.subscribe(keys.auth.ended('all'));
    subscriber.on('message', (_channel: string, message: string) => heard.push(message));
    expect(await auth.sessions.end(id)).toBe(true);
    await expect(auth.sessions.admit(id, [])).rejects.toMatchObject(expired);
    await waitUntil('the end was told', () => heard.includes(`${id.userId}:${id.sessionId}`));
    await redis.redis.flushall();
    await expect(auth.sessions.admit(id, [])).rejects.toMatchObject(expired);
    expect(await auth.sessions.end(id)).toBe(false);
  });

  it('calls no session ended that Redis loses while it is brought back', async () => {
    const id = await open();
    await redis.redis.flushall();
    const restore = auth.store.restore.bind(auth.store);
    auth.store.restore = async (row) => {
      const outcome = await restore(row);
      await redis.redis.flushall();
      return outcome;
    };
    await expect(auth.sessions.admit(id, [])).rejects.toMatchObject({ code: 'unavailable' });
    auth.store.restore = restore;
    expect((await auth.sessions.admit(id, [])).caller).toMatchObject(id);
  });

  it('ends nobody else’s session', async () => {
    const [mine, yours] = [await open(), await open()];
    expect(await auth.sessions.end({ userId: mine.userId, sessionId: yours.sessionId })).toBe(false);
    await expect(auth.sessions.admit(yours, [])).resolves.toBeDefined();
  });

  it('comes back from PostgreSQL after a flush', async () => {
    const id = await open();
    await redis.redis.flushall();
    const all = await Promise.all(Array.from({ length: 20 }, async () => await auth.sessions.admit(id, [])));
    expect(new Set(all.map(({ caller }) => caller.sessionId))).toEqual(new Set([id.sessionId]));
    expect(await hash(id)).toMatchObject({ state: 'live', role: 'learner' });
  });

  it('does not come back when it went because it was idle', async () => {
    const brief = sessionsOn(redis, postgres, { SESSION_IDLE_TTL_SEC: 1 });
    const id = await open(brief);
    await waitUntil(
      'Redis forgot it',
      async () => (await redis.redis.exists(keys.auth.session(id.userId, id.sessionId))) === 0,
    );
    await expect(brief.sessions.admit(id, [])).rejects.toMatchObject(expired);
    expect(await hash(id)).toEqual({});
  });

  it('is not revived by a restore that races with its end', async () => {
    for (let round = 0; round < 40; round += 1) {
      const id = await open();
      await redis.redis.flushall();
      const admissions = Array.from({ length: 4 }, async () => await auth.sessions.admit(id, []));
      const [ended] = await Promise.all([auth.sessions.end(id), Promise.allSettled(admissions)]);
      expect(ended).toBe(true);
      expect(await hash(id)).toEqual({ state: 'ended' });
      await expect(auth.sessions.admit(id, [])).rejects.toMatchObject(expired);
    }
  });

  it('stays ended when a restore that read it alive comes late, with or without a flush between', async () => {
    for (const flushed of [false, true]) {
      const id = await open();
      const [row] = await auth.rows.find([id.sessionId]);
      if (!row) throw new Error('no row');
      await auth.sessions.end(id);
      if (flushed) await redis.redis.flushall();
      else expect(await auth.store.restore(row)).toBe('ended');
      await expect(auth.sessions.bringBack(row)).rejects.toMatchObject(expired);
      expect(await hash(id)).toEqual({ state: 'ended' });
    }
  });

  it('has the role of now when a restore that read the old one comes late', async () => {
    const id = await open();
    const [row] = await auth.rows.find([id.sessionId]);
    if (!row) throw new Error('no row');
    await redis.redis.flushall();
    await postgres.database.user.update({ where: { id: id.userId }, data: { role: 'author' } });
    await auth.sessions.changeRole(id.userId, 'author');
    await auth.sessions.bringBack(row);
    expect(await hash(id)).toMatchObject({ state: 'live', role: 'author' });
  });

  it('gets the role that a crash kept from it with its next refresh', async () => {
    const id = await open();
    await postgres.database.user.update({ where: { id: id.userId }, data: { role: 'author' } });
    expect((await auth.sessions.admit(id, [])).caller.role).toBe('learner');
    await auth.refreshing.refresh(auth.refreshing.tokenOf({ id: id.sessionId, generation: 0 }), CLIENT);
    expect((await auth.sessions.admit(id, [])).caller.role).toBe('author');
  });

  it('keeps at most 20 a user, also when they begin side by side; the oldest go', async () => {
    const userId = await auth.newUser();
    const first = await auth.sessions.open(userId, CLIENT);
    // One that is displaced before its own answer is told so.
    await Promise.allSettled(
      Array.from({ length: 25 }, async () => await auth.sessions.open(userId, CLIENT)),
    );
    const left = await auth.rows.ofUser(userId);
    expect(left).toHaveLength(20);
    await expect(auth.sessions.admit({ userId, sessionId: first.id }, [])).rejects.toMatchObject(expired);
    const last = await auth.sessions.open(userId, CLIENT);
    const alive = await auth.sessions.stillAlive(left.map(({ id }) => ({ userId, sessionId: id })));
    expect(alive.filter(Boolean)).toHaveLength(19);
    await expect(auth.sessions.admit({ userId, sessionId: last.id }, [])).resolves.toBeDefined();
  });

  it('lets nobody begin one who is banned or deleted, nor slip in beside the ban', async () => {
    const banned = await auth.newUser();
    const deleted = await auth.newUser();
    await postgres.database.user.update({ where: { id: deleted }, data: { deletedAt: new Date() } });
    const ban = async () =>
      await postgres.database.$transaction(async (tx) => {
        await tx.user.update({ where: { id: banned }, data: { status: 'banned' } });
        await auth.sessions.endAllWithin(tx, banned);
      });
    await Promise.allSettled([
      ...Array.from({ length: 5 }, async () => await auth.sessions.open(banned, CLIENT)),
      ban(),
      ...Array.from({ length: 5 }, async () => await auth.sessions.open(banned, CLIENT)),
    ]);
    for (const userId of [banned, deleted]) {
      await expect(auth.sessions.open(userId, CLIENT)).rejects.toMatchObject({ code: 'forbidden' });
      expect(await auth.rows.ofUser(userId)).toEqual([]);
    }
  });

  it('writes down in the audit log which began and how they ended', async () => {
    const id = await open();
    const refreshToken = auth.refreshing.tokenOf({ id: id.sessionId, generation: 0 });
    await postgres.database.session.update({
      where: { id: id.sessionId },
      data: { generation: 3, refreshedAt: new Date(Date.now() - 60_000) },
    });
    await expect(auth.refreshing.refresh(refreshToken, CLIENT)).rejects.toMatchObject({
      code: 'invalid_token',
    });
    const { id: second } = await auth.sessions.open(id.userId, CLIENT);
    await auth.sessions.endAll(id.userId);
    await auth.sessions.endAll(id.userId);
    const entries = await postgres.database.auditEntry.findMany({
      where: { userId: id.userId },
      orderBy: { id: 'asc' },
      select: { action: true, actorId: true, details: true },
    });
    const own = { actorId: id.userId };
    expect(entries).toEqual([
      { ...own, action: 'session.opened', details: { sessionId: id.sessionId } },
      { actorId: null, action: 'session.replayed', details: { sessionId: id.sessionId } },
      { ...own, action: 'session.opened', details: { sessionId: second } },
      { ...own, action: 'session.ended', details: { sessionId: second } },
    ]);
  });

  it('ends all others, also those that a first attempt ended in PostgreSQL only', async () => {
    const { userId, sessionId } = await open();
    const other = await auth.sessions.open(userId, CLIENT);
    await auth.rows.end(postgres.database, userId, other.id);
    await auth.sessions.endAll(userId, sessionId);
    await expect(auth.sessions.admit({ userId, sessionId: other.id }, [])).rejects.toMatchObject(expired);
    await expect(auth.sessions.admit({ userId, sessionId }, [])).resolves.toBeDefined();
  });

  it('carries a new role at once, also when it is restored while the role changes', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await open();
      if (round % 2) await redis.redis.flushall();
      await postgres.database.user.update({ where: { id: id.userId }, data: { role: 'author' } });
      await Promise.all([auth.sessions.changeRole(id.userId, 'author'), auth.sessions.admit(id, [])]);
      expect((await auth.sessions.admit(id, [])).caller.role).toBe('author');
    }
  });

  it('spends the limits of a request with it, or nothing: not for a dead session, not when one refuses', async () => {
    const limits = { ...redis.config.limits, USER: { count: 9, windowSec: 60 } };
    const strict = sessionsOn(redis, postgres, {
      limits: { ...limits, SUBMISSION: { count: 1, windowSec: 60 } },
    });
    const id = await open(strict);
    const rules: RateLimitRule[] = [
      { name: 'USER', by: 'user', algorithm: 'fixed' },
      { name: 'SUBMISSION', by: 'user', algorithm: 'sliding' },
    ];
    const windows = (member: string) => strict.limiter.windows.of(userSubject(id.userId), rules, member);
    await strict.sessions.admit(id, windows('a'));
    const refused = await strict.sessions.admit(id, windows('b'));
    expect(refused.statuses.map((status) => status.allowed)).toEqual([true, false]);
    expect(await redis.redis.get(keys.limit.fixed(id.userId, 'user'))).toBe('1');
    await strict.sessions.end(id);
    await expect(strict.sessions.admit(id, windows('c'))).rejects.toMatchObject(expired);
    expect(await redis.redis.get(keys.limit.fixed(id.userId, 'user'))).toBe('1');
  });

  it('tells which sessions of open sockets live on, whatever Redis lost', async () => {
    const [live, lost, ended] = [await open(), await open(), await open()];
    await redis.redis.del(keys.auth.session(lost.userId, lost.sessionId));
    // Its last refresh is long ago, but the node that asks knows that it was in use.
    await postgres.database
      .$executeRaw`UPDATE sessions SET refreshed_at = now() - interval '5 hours' WHERE id = ${lost.sessionId}::uuid`;
    await auth.sessions.end(ended);
    const unknown = { userId: live.userId, sessionId: newId() };
    expect(await auth.sessions.stillAlive([live, lost, ended, unknown])).toEqual([true, true, false, false]);
    expect(await hash(lost)).toMatchObject({ state: 'live' });
  });

  it('lists what could still be used, newest first', async () => {
    const { userId, sessionId } = await open();
    const second = await auth.sessions.open(userId, CLIENT);
    const idle = await auth.sessions.open(userId, CLIENT);
    await redis.redis.del(keys.auth.session(userId, idle.id));
    await postgres.database
      .$executeRaw`UPDATE sessions SET refreshed_at = now() - interval '2 hours' WHERE id = ${idle.id}::uuid`;
    const list = await auth.sessions.list(userId);
    expect(list.map(({ row }) => row.id)).toEqual([second.id, sessionId]);
  });
});
