import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import { CLIENT, sessionsOn, type TestSessions } from '../support/auth.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const expired = { code: 'session_expired' };
const invalid = { code: 'invalid_token' };

describe('refreshing a session', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let auth: TestSessions;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    auth = sessionsOn(redis, postgres);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

  const open = async () => {
    const userId = await auth.newUser();
    const row = await auth.sessions.open(userId, CLIENT);
    return { id: { userId, sessionId: row.id }, token: auth.refreshing.tokenOf(row) };
  };
  const refresh = async (token: string) =>
    auth.refreshing.tokenOf(await auth.refreshing.refresh(token, CLIENT));
  const age = async (sessionId: string, seconds: number) =>
    await postgres.database
      .$executeRaw`UPDATE sessions SET refreshed_at = refreshed_at - make_interval(secs => ${seconds}::float8)
                   WHERE id = ${sessionId}::uuid`;

  it('rotates the token, and each successor is good', async () => {
    const { token } = await open();
    const second = await refresh(token);
    const third = await refresh(second);
    expect(new Set([token, second, third]).size).toBe(3);
  });

  it('gives 25 who come at once with one token the same successor, and rotates once', async () => {
    const { id, token } = await open();
    const successors = await Promise.all(Array.from({ length: 25 }, async () => await refresh(token)));
    expect(new Set(successors).size).toBe(1);
    expect((await auth.rows.find([id.sessionId]))[0]?.generation).toBe(1);
  });

  it('gives the same successor again within the grace, and ends the session after it', async () => {
    const { id, token } = await open();
    const successor = await refresh(token);
    await age(id.sessionId, 9);
    expect(await refresh(token)).toBe(successor);
    await age(id.sessionId, 2);
    await expect(refresh(token)).rejects.toMatchObject(invalid);
    await expect(auth.sessions.admit(id, [])).rejects.toMatchObject(expired);
    await expect(refresh(successor)).rejects.toMatchObject(expired);
  });

  it('takes a token two generations old for stolen, grace or not', async () => {
    const { id, token } = await open();
    await refresh(await refresh(token));
    await expect(refresh(token)).rejects.toMatchObject(invalid);
    await expect(auth.sessions.admit(id, [])).rejects.toMatchObject(expired);
  });

  it('ends nothing for a forged or malformed token', async () => {
    const { id, token } = await open();
    const [sid, , mac] = token.split('.');
    const forged = [
      ...[`${sid}.1.${mac}`, `${sid}.0.${'A'.repeat(43)}`, `${token}A`, token.toUpperCase(), ''],
      ...[`${sid}.00.${mac}`, `${sid}.-1.${mac}`, `${sid}..${mac}`, 'a.b.c'],
    ];
    for (const wrong of forged) await expect(refresh(wrong)).rejects.toMatchObject(invalid);
    await expect(auth.sessions.admit(id, [])).resolves.toBeDefined();
    await expect(refresh(token)).resolves.toBeDefined();
  });

  it('survives a flush, and puts the session back', async () => {
    const { id, token } = await open();
    await age(id.sessionId, 2_000);
    await redis.redis.flushall();
    await refresh(token);
    expect(await redis.redis.hget(keys.auth.session(id.userId, id.sessionId), 'state')).toBe('live');
  });

  it('is refused when the session was idle for too long', async () => {
    const { id, token } = await open();
    await age(id.sessionId, 2_401);
    await redis.redis.del(keys.auth.session(id.userId, id.sessionId));
    await expect(refresh(token)).rejects.toMatchObject(expired);
  });

  it('is granted however long ago the last refresh was while the session is in use', async () => {
    const { id, token } = await open();
    await age(id.sessionId, 100_000);
    await expect(refresh(token)).resolves.toBeDefined();
  });

  it('is refused after the absolute end, after a log-out, and after a log-out and a flush', async () => {
    const [old, out] = [await open(), await open()];
    await postgres.database
      .$executeRaw`UPDATE sessions SET expires_at = now() WHERE id = ${old.id.sessionId}::uuid`;
    await expect(refresh(old.token)).rejects.toMatchObject(expired);
    await auth.sessions.end(out.id);
    await expect(refresh(out.token)).rejects.toMatchObject(expired);
    await redis.redis.flushall();
    await expect(refresh(out.token)).rejects.toMatchObject(expired);
  });
});
