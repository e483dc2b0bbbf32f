import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { ADMIN, Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const QUEUE = 'rs:{queue:submission.score}';
interface Board {
  size: number;
  data: { userId: string; score: number }[];
}

let stack: Stack;
let admin: ApiClient;
let quiz: QuizView;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 1, env: { LIMIT_SUBMISSION: '1000/60' } });
  admin = await stack.admin();
  quiz = await publishQuiz(admin, trueFalse(5));
});
afterAll(async () => await stack.stop());

const change = async (userId: string, body: object, by = admin) =>
  await by.send('PATCH', `/admin/users/${userId}`, body);
const setStatus = async ({ user }: ApiClient, status: 'active' | 'banned') =>
  expect(await change(user.userId, { status })).toMatchObject({ status: 200, body: { status } });
const submit = async (learner: ApiClient, right: number) =>
  String((await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right))).body['id']);
const board = async (node = 0) =>
  (await stack.client(node).get<Board>('/leaderboards/global?limit=100')).body;
const place = async ({ user }: ApiClient) =>
  (
    await stack
      .client()
      .get<{ rank: number | null; score: number }>(`/leaderboards/global/users/${user.userId}`)
  ).body;
const ranked = async (learner: ApiClient, points: number) =>
  await waitUntil('the learner is ranked', async () => {
    const { rank, score } = await place(learner);
    return rank !== null && score === points;
  });
const expectOffTheBoard = async (learner: ApiClient) => {
  expect(await place(learner)).toMatchObject({ rank: null, score: 0 });
  for (const node of [0, 1])
    expect((await board(node)).data.map((one) => one.userId)).not.toContain(learner.user.userId);
};
const totalOf = async ({ user }: ApiClient) =>
  (await admin.get<{ totalScore: number }>(`/users/${user.userId}`)).body.totalScore;

describe('a ban', () => {
  it('ends every session and socket on both nodes within a second, and lets nobody in again', async () => {
    const first = await stack.client(0).signUp();
    const second = await stack.client(1).logIn(first.user.username);
    const sockets = await Promise.all(
      [0, 1].flatMap((node) => [first, second].map((one) => LiveClient.connect(stack.url(node), one))),
    );
    await setStatus(first, 'banned');
    await Promise.all(sockets.map(async (socket) => await socket.closed(1_000)));
    for (const node of [0, 1])
      for (const session of [first, second]) {
        const at = session.at(stack.url(node));
        expectProblem(await at.get('/me'), { status: 401, code: 'unauthenticated' });
        const { refreshToken } = session.tokens ?? {};
        const refreshed = await stack.client(node).post('/auth/refresh', { refreshToken });
        expectProblem(refreshed, { status: 401, code: 'session_expired' });
        await expect(LiveClient.refusal(stack.url(node), session.tokens?.accessToken)).resolves.toMatchObject(
          {
            code: 'session_expired',
          },
        );
      }
    const identifier = first.user.username;
    const right = await stack.client(1).post('/auth/login', { identifier, password: PASSWORD });
    expectProblem(right, { status: 403, code: 'forbidden' });
    const wrong = await stack.client(1).post('/auth/login', { identifier, password: 'not the right one' });
    expectProblem(wrong, { status: 401, code: 'invalid_credentials' });

    await setStatus(first, 'active');
    expect((await stack.client(1).logIn(identifier)).user.userId).toBe(first.user.userId);
    expectProblem(await first.get('/me'), { status: 401, code: 'unauthenticated' });
  });

  it('takes the learner off the board, and its end brings the standing back', async () => {
    const learner = await stack.client().signUp();
    await submit(learner, 4);
    await ranked(learner, 4);
    await setStatus(learner, 'banned');
    await expectOffTheBoard(learner);
    await setStatus(learner, 'active');
    await ranked(learner, 4);
    expect(await totalOf(learner)).toBe(4);
  });

  it('is not undone by a job that is delivered again, nor by a FLUSHALL', async () => {
    const learner = await stack.client().signUp();
    const id = await submit(learner, 3);
    await ranked(learner, 3);
    await setStatus(learner, 'banned');
    await stack.redis.hset(`${QUEUE}:job:${id}`, {
      data: '{}',
      attempts: 0,
      crashes: 0,
      enqueuedAt: Date.now(),
    });
    await stack.redis.lpush(`${QUEUE}:waiting`, id);
    await waitUntil('the job is done', async () => (await stack.redis.exists(`${QUEUE}:job:${id}`)) === 0);
    await expectOffTheBoard(learner);

    await stack.redis.flushall();
    await expectOffTheBoard(learner);
    await Promise.all([stack.untilReady(0), stack.untilReady(1)]);
    await expectOffTheBoard(learner);
    admin = await stack.admin();
    expect(await totalOf(learner)).toBe(3);
  });

  it('lets what was handed in before count in the ledger, and on the board once it is over', async () => {
    const learner = await stack.client().signUp();
    await submit(learner, 2);
    await ranked(learner, 2);
    const thaw = await stack.freezeWorkers();
    await submit(learner, 5);
    await setStatus(learner, 'banned');
    await thaw();
    await untilScored(stack);
    await waitUntil('the profile follows', async () => (await totalOf(learner)) === 5);
    await expectOffTheBoard(learner);
    await setStatus(learner, 'active');
    await ranked(learner, 5);
  });

  it('is carried out by the worker when the API process ends right after the commit', async () => {
    const learner = await stack.client().signUp();
    await submit(learner, 5);
    await ranked(learner, 5);
    const live = await LiveClient.connect(stack.url(1), learner);
    const { userId } = learner.user;
    // What the commit writes, and nothing after it.
    await stack.sql(
      `WITH banned AS (
         UPDATE users SET status = 'banned', seq = seq + 1, standing_at = now() WHERE id = $1
       ), ended AS (UPDATE sessions SET ended_at = now() WHERE user_id = $1)
       INSERT INTO outbox (id, queue, payload) VALUES ($2, 'account.follow', jsonb_build_object('userId', $1::text))`,
      [userId, newId()],
    );
    await live.closed(15_000);
    await waitUntil('the board follows', async () => (await place(learner)).rank === null);
    await expectOffTheBoard(learner);
    expectProblem(await learner.get('/me'), { status: 401, code: 'unauthenticated' });
    await waitUntil(
      'the promise is kept',
      async () => (await stack.sql(`SELECT 1 FROM outbox WHERE queue = 'account.follow'`)).length === 0,
    );
  });
});

describe('administrators', () => {
  it('neither ban nor demote themselves, nor the administrator of the configuration', async () => {
    const other = await stack.client().signUp();
    await change(other.user.userId, { role: 'admin' });
    for (const body of [{ role: 'learner' }, { status: 'banned' }, { role: 'author', status: 'active' }]) {
      expectProblem(await change(other.user.userId, body, other), { status: 403, code: 'forbidden' });
      expectProblem(await change(admin.user.userId, body, other), { status: 403, code: 'forbidden' });
    }
    expect((await stack.client().logIn(ADMIN.email, ADMIN.password)).user).toMatchObject({ role: 'admin' });
    expect(await change(other.user.userId, { role: 'learner' })).toMatchObject({ status: 200 });
    expectProblem(await change(admin.user.userId, { role: 'learner' }, other), {
      status: 403,
      code: 'forbidden',
    });
  });

  it('find users with their status', async () => {
    const learner = await stack.client().signUp();
    await setStatus(learner, 'banned');
    const { body } = await admin.get(`/admin/users?q=${learner.user.username}`);
    expect(body).toMatchObject({
      data: [{ userId: learner.user.userId, status: 'banned', role: 'learner' }],
    });
  });

  it('see one user by id, with address and status, and nobody else does', async () => {
    const learner = await stack.client().signUp();
    const { userId, username } = learner.user;
    const path = `/admin/users/${userId}`;
    const seen = { userId, username, email: `${username}@example.org`, emailVerified: false };
    expect(await admin.get(path)).toMatchObject({ status: 200, body: { ...seen, status: 'active' } });
    await change(userId, { status: 'banned' });
    expect((await admin.get(path)).body).toMatchObject({ ...seen, status: 'banned' });
    for (const [id, status, code] of [
      [newId(), 404, 'not_found'],
      ['x', 400, 'validation_failed'],
    ] as const)
      expectProblem(await admin.get(`/admin/users/${id}`), { status, code });
    const stranger = await stack.client().signUp();
    expectProblem(await stranger.get(path), { status: 403, code: 'forbidden' });
  });

  it.each([
    [{}, ['role']],
    [{ role: null }, ['role']],
    [{ status: null }, ['status']],
    [{ role: 'root' }, ['role']],
    [{ status: 'deleted' }, ['status']],
    [{ email: 'x@example.org' }, ['email']],
  ])('are refused %j', async (body, paths) => {
    const learner = await stack.client().signUp();
    const answer = await change(learner.user.userId, body);
    expectProblem(answer, { status: 400, code: 'validation_failed', paths });
    expectProblem(await change(newId(), { role: 'author' }), { status: 404, code: 'not_found' });
  });

  it('read what happened to an account, page by page, newest first', async () => {
    const learner = await stack.client().signUp();
    const { userId } = learner.user;
    await change(userId, { role: 'author' });
    await change(userId, { role: 'author' });
    await change(userId, { role: 'learner', status: 'banned' });
    await change(userId, { status: 'active' });
    interface Entries {
      data: { action: string; actorId: string; details: object }[];
      page: { nextCursor: string | null };
    }
    const seen: Entries['data'] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await admin.get<Entries>(`/admin/users/${userId}/audit?limit=3${query}`);
      seen.push(...body.data);
      cursor = body.page.nextCursor;
    }
    const [sessionId, actorId] = [learner.tokens?.session.id, admin.user.userId];
    expect(seen.map(({ action, actorId, details }) => ({ action, actorId, details }))).toEqual([
      { action: 'account.unbanned', actorId, details: {} },
      { action: 'account.banned', actorId, details: {} },
      { action: 'role.changed', actorId, details: { from: 'author', to: 'learner' } },
      { action: 'session.ended', actorId, details: { sessionId } },
      { action: 'role.changed', actorId, details: { from: 'learner', to: 'author' } },
      { action: 'session.opened', actorId: userId, details: { sessionId } },
      { action: 'account.created', actorId: userId, details: {} },
    ]);
    expectProblem(await admin.get(`/admin/users/${newId()}/audit`), { status: 404, code: 'not_found' });
    const stranger = await stack.client().signUp();
    expectProblem(await stranger.get(`/admin/users/${userId}/audit`), { status: 403, code: 'forbidden' });
  });
});
