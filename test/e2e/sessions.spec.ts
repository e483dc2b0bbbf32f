import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, type ApiClient, type Tokens } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { expectProblem } from '../support/problems.js';
import { ADMIN, Stack } from '../support/stack.js';

const expired = { status: 401, code: 'session_expired' };
const unauthenticated = { status: 401, code: 'unauthenticated' };
const invalid = { status: 401, code: 'invalid_token' };
let stack: Stack;

beforeAll(
  async () => void (stack = await Stack.start({ apis: 2, workers: 0, env: { LIMIT_REFRESH: '10000/60' } })),
);
afterAll(async () => await stack.stop());

const refresh = async (refreshToken: string | undefined, node = 0) =>
  await stack.client(node).post<Tokens>('/auth/refresh', { refreshToken });

/** As if the last refresh were so long ago, by PostgreSQL's clock. */
const age = async (client: ApiClient, seconds: number) =>
  await stack.sql(
    'UPDATE sessions SET refreshed_at = refreshed_at - make_interval(secs => $2) WHERE id = $1',
    [client.tokens?.session.id, seconds],
  );

describe('signing up and in', () => {
  it('answers with tokens, the session and the profile', async () => {
    const body = { email: 'Grace@Example.ORG', username: 'Grace', password: PASSWORD };
    const answer = await stack.client().post('/auth/signup', body, { 'user-agent': 'e2e/1' });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const id = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const text = expect.any(String);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      ...{ tokenType: 'Bearer', accessToken: text, expiresIn: 600, refreshToken: text },
      session: {
        ...{ id, createdAt: time, lastSeenAt: time, expiresAt: time },
        ...{ ip: '127.0.0.1', userAgent: 'e2e/1', current: true },
      },
      user: {
        ...{ userId: id, username: 'grace', displayName: 'grace', role: 'learner' },
        ...{ totalScore: 0, quizzesSolved: 0, createdAt: time, lastActiveAt: time },
        ...{ email: 'grace@example.org', emailVerified: false, leaderboardVisible: true },
      },
    });
  });

  it('logs in by address or username in any case, on either node', async () => {
    for (const identifier of ['grace@example.org', 'GRACE@EXAMPLE.ORG', 'Grace', 'grace', 'GRACE']) {
      const session = await stack.client(0).logIn(identifier);
      expect((await session.at(stack.url(1)).get('/me')).body).toMatchObject({ username: 'grace' });
    }
  });

  it('keeps neither password nor refresh token where it could be read', async () => {
    const [row] = await stack.sql<{ hash: string }>(
      `SELECT password_hash AS hash FROM users WHERE username_key = 'grace'`,
    );
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe('refreshing', () => {
  it('rotates; the same token within the grace gets the same successor, on every node', async () => {
    const first = await stack.client().signUp();
    const answers = await Promise.all([0, 1, 0, 1].map((node) => refresh(first.tokens?.refreshToken, node)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => answer.body.refreshToken)).size).toBe(1);
    const successor = answers[0]?.body.refreshToken;
    expect(successor).not.toBe(first.tokens?.refreshToken);
    expect((await refresh(successor)).body.session.id).toBe(first.tokens?.session.id);
    expect((await first.get('/me')).status).toBe(200);
  });

  it('ends the session and closes its sockets when a spent token comes back after the grace', async () => {
    const owner = await stack.client().signUp();
    const sockets = await Promise.all([0, 1].map((node) => LiveClient.connect(stack.url(node), owner)));
    const successor = (await refresh(owner.tokens?.refreshToken)).body;
    await age(owner, 11);
    expectProblem(await refresh(owner.tokens?.refreshToken), invalid);
    await Promise.all(sockets.map(async (socket) => await socket.closed(1_000)));
    for (const socket of sockets) expect(socket.of('session.revoked')).toHaveLength(1);
    for (const node of [0, 1]) {
      expectProblem(await owner.at(stack.url(node)).get('/me'), unauthenticated);
      expectProblem(await refresh(successor.refreshToken, node), expired);
    }
  });

  it('gives fifty parallel uses of one token one successor, and ends the session when they come again later', async () => {
    const owner = await stack.client().signUp();
    const sockets = await Promise.all([0, 1].map((node) => LiveClient.connect(stack.url(node), owner)));
    const fifty = async () =>
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => await refresh(owner.tokens?.refreshToken, index % 2)),
      );
    const answers = await fifty();
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => answer.body.refreshToken)).size).toBe(1);
    for (const node of [0, 1]) expect((await owner.at(stack.url(node)).get('/me')).status).toBe(200);
    expect(sockets.map((socket) => socket.socket.connected)).toEqual([true, true]);

    await age(owner, 11);
    const late = await fifty();
    const endedAt = performance.now();
    expect(new Set(late.map((answer) => answer.status))).toEqual(new Set([401]));
    expect(late.map((answer) => Reflect.get(answer.body, 'code') as unknown)).toContain('invalid_token');
    await Promise.all(sockets.map(async (socket) => await socket.closed(1_000)));
    for (const node of [0, 1]) expectProblem(await owner.at(stack.url(node)).get('/me'), unauthenticated);
    expect(performance.now() - endedAt).toBeLessThan(1_000);
    expectProblem(await refresh(answers[0]?.body.refreshToken), expired);
  });

  it('is not undone by a forged MAC', async () => {
    const owner = await stack.client().signUp();
    const [sid] = owner.tokens?.refreshToken.split('.') ?? [];
    await refresh(owner.tokens?.refreshToken);
    await age(owner, 100);
    for (const forged of [`${sid}.0.${'A'.repeat(43)}`, `${sid}.9.${'A'.repeat(43)}`])
      expectProblem(await refresh(forged), invalid);
    expect((await owner.get('/me')).status).toBe(200);
  });

  it('survives a FLUSHALL, and revoked sessions stay revoked', async () => {
    const [kept, out, ended] = [
      await stack.client().signUp(),
      await stack.client().signUp(),
      await stack.client().signUp(),
    ];
    await out.post('/auth/logout');
    const other = await stack.client().logIn(ended.user.username);
    await other.send('DELETE', `/auth/sessions/${ended.tokens?.session.id}`);
    await stack.redis.flushall();
    expect((await refresh(kept.tokens?.refreshToken, 1)).status).toBe(200);
    expect((await kept.get('/me')).status).toBe(200);
    for (const gone of [out, ended]) {
      expectProblem(await refresh(gone.tokens?.refreshToken, 1), expired);
      expectProblem(await gone.get('/me'), unauthenticated);
    }
  });
});

describe('ending sessions', () => {
  it('works at once on the other node, for requests and sockets', async () => {
    const learner = await stack.client(0).signUp();
    const elsewhere = learner.at(stack.url(1));
    const sockets = await Promise.all([0, 1].map((node) => LiveClient.connect(stack.url(node), learner)));
    expect((await elsewhere.get('/me')).status).toBe(200);
    expect((await learner.post('/auth/logout')).status).toBe(204);
    expectProblem(await elsewhere.get('/me'), unauthenticated);
    expectProblem(await refresh(learner.tokens?.refreshToken, 1), expired);
    for (const socket of sockets) {
      await socket.closed(1_000);
      expect(socket.of('session.revoked')).toMatchObject([{ topic: 'user', seq: null }]);
    }
    expect(await LiveClient.refusal(stack.url(1), learner.tokens?.accessToken)).toMatchObject({
      code: 'session_expired',
    });
  });

  it('lists mine, ends one and then all others, and nobody else’s', async () => {
    const first = await stack.client(0).signUp();
    const [second, third] = [
      await stack.client(0).logIn(first.user.username),
      await stack.client(1).logIn(first.user.username),
    ];
    const stranger = await stack.client(1).signUp();
    const ids = [third, second, first].map((client) => client.tokens?.session.id);
    const list = await first.get<{ data: { id: string; current: boolean }[] }>('/auth/sessions');
    expect(list.body.data.map((session) => session.id)).toEqual(ids);
    expect(list.body.data.map((session) => session.current)).toEqual([false, false, true]);
    for (const session of list.body.data)
      expect((await first.get(`/auth/sessions/${session.id}`)).body).toEqual({
        ...session,
        lastSeenAt: expect.any(String),
      });

    const live = await LiveClient.connect(stack.url(1), second);
    expect((await first.send('DELETE', `/auth/sessions/${ids[1]}`)).status).toBe(204);
    expectProblem(await second.at(stack.url(1)).get('/me'), unauthenticated);
    await live.closed(1_000);
    for (const method of ['GET', 'DELETE'])
      expectProblem(await first.send(method, `/auth/sessions/${ids[1]}`), { status: 404, code: 'not_found' });

    expect((await first.send('DELETE', '/auth/sessions')).status).toBe(204);
    expectProblem(await third.get('/me'), unauthenticated);
    expect((await first.get<{ data: object[] }>('/auth/sessions')).body.data).toHaveLength(1);
    expect((await stranger.get('/me')).status).toBe(200);
  });
});

describe('profiles', () => {
  it('are changed by their owner and shown to others without the address', async () => {
    const [owner, other] = [await stack.client(0).signUp(), await stack.client(1).signUp()];
    const changed = await owner.send('PATCH', '/me', { displayName: 'Grace Hopper' });
    expect(changed.body).toMatchObject({ displayName: 'Grace Hopper', email: expect.any(String) });
    const seen = await other.get(`/users/${owner.user.userId}`);
    expect(seen.body).toEqual({
      ...{ userId: owner.user.userId, username: owner.user.username, displayName: 'Grace Hopper' },
      ...{ role: 'learner', totalScore: 0, quizzesSolved: 0 },
      ...{ createdAt: expect.any(String), lastActiveAt: expect.any(String) },
    });
    for (const body of [
      { displayName: ' ' },
      { displayName: 'a\u202eb' },
      { email: 'new@example.org' },
      { leaderboardVisible: 'no' },
    ]) {
      expectProblem(await owner.send('PATCH', '/me', body), { status: 400, code: 'validation_failed' });
    }
    expect((await owner.get('/me')).body).toMatchObject({ displayName: 'Grace Hopper', role: 'learner' });
  });
});

describe('administrators', () => {
  it('are made at start, under the reserved name', async () => {
    const admin = await stack.admin(1);
    expect((await admin.get('/me')).body).toMatchObject({
      ...{ email: ADMIN.email, username: 'admin', role: 'admin', emailVerified: true },
    });
  });

  it('give and take roles, which hold from the next request on, on every node', async () => {
    const admin = await stack.admin(0);
    const learner = await stack.client(1).signUp();
    const create = async () => (await learner.post('/quizzes', {})).body['code'];
    const setRole = async (role: string) =>
      await admin.send('PATCH', `/admin/users/${learner.user.userId}`, { role });
    expect(await create()).toBe('forbidden');
    expect((await setRole('author')).body).toMatchObject({ role: 'author' });
    expect(await create()).toBe('validation_failed');
    expect((await learner.get('/me')).body).toMatchObject({ role: 'author' });
    await setRole('learner');
    expect(await create()).toBe('forbidden');
    const found = await admin.get<{ data: object[] }>(`/admin/users?q=${learner.user.username}`);
    expect(found.body.data).toMatchObject([{ userId: learner.user.userId, role: 'learner' }]);
  });

  it('take over an address that somebody else had registered, whose sessions end', async () => {
    const squatter = await stack.client(0).signUp('squatter');
    await stack.apis[1]?.kill();
    const ADMIN_EMAIL = 'squatter@example.org';
    const refused = stack.startApi(1, { ADMIN_EMAIL, ADMIN_PASSWORD: 'passwordpassword' });
    expect(await refused.exited).toBe(1);
    expect(refused.log).toContain('ADMIN_PASSWORD is one of the most common passwords');
    const password = 'only the operator knows it';
    stack.startApi(1, { ADMIN_EMAIL, ADMIN_PASSWORD: password });
    await stack.untilReady(1);
    expectProblem(await squatter.get('/me'), unauthenticated);
    expectProblem(await stack.client(0).post('/auth/login', { identifier: 'squatter', password: PASSWORD }), {
      ...{ status: 401, code: 'invalid_credentials' },
    });
    const operator = await stack.client(0).logIn('squatter@example.org', password);
    expect((await operator.get('/me')).body).toMatchObject({ role: 'admin' });
  });
});
