import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import { sayingOf } from '../support/log-ins.js';
import { expectProblem, rowCounts } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { claimsOf, foreignToken, forge, tokenOf } from '../support/tokens.js';

const REFRESHES = 3;
let stack: Stack;
let admin: ApiClient;
let learner: ApiClient;
let quiz: QuizView;
let draft: { id: string };
let before: Record<string, number>;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 0, env: { LIMIT_REFRESH: `${REFRESHES}/60` } });
  admin = await stack.admin();
  learner = await stack.client().signUp();
  quiz = await publishQuiz(admin, trueFalse(1));
  draft = (await admin.post<QuizView>('/quizzes', { title: 'A draft', questions: trueFalse(1) })).body;
});
afterAll(async () => await stack.stop());

describe('who may not', () => {
  beforeEach(async () => void (before = await rowCounts(stack)));
  afterEach(async () => expect(await rowCounts(stack)).toEqual(before));

  const unauthenticated = { status: 401, code: 'unauthenticated' };
  const withToken = async (token: string) =>
    await stack.client().post('/quizzes', { title: 'Mine' }, { authorization: `Bearer ${token}` });

  it('needs a session for all but what is open', async () => {
    for (const [method, path] of [
      ...[['GET', '/me'] as const, ['PATCH', '/me'] as const, ['GET', '/quizzes'] as const],
      ...[['POST', '/quizzes'] as const, ['GET', `/quizzes/${quiz.id}`] as const],
      ...[['POST', `/quizzes/${quiz.id}/submissions`] as const, ['GET', '/me/submissions'] as const],
      ...[['POST', '/auth/logout'] as const, ['GET', '/auth/sessions'] as const],
      ...[['GET', '/leaderboards/global/me'] as const, ['GET', '/admin/users'] as const],
    ]) {
      const answer = await stack.client().send(method, path);
      expectProblem(answer, unauthenticated);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  it.each<[string, (token: string) => string]>([
    ['garbage', () => 'garbage'],
    ['three dots', () => '...'],
    ['10 KB', () => 'x'.repeat(10_000)],
    ['alg: none', (token) => forge({ alg: 'none', typ: 'JWT' }, claimsOf(token))],
    ['alg: None with an empty key', (token) => forge({ alg: 'None', typ: 'JWT' }, claimsOf(token), '')],
    ['a key of one’s own', (token) => forge({ alg: 'HS256', typ: 'JWT' }, claimsOf(token), 'my own key')],
    [
      'a key that the header names',
      (token) => forge({ alg: 'HS256', kid: '/dev/null', jku: 'http://127.0.0.1/' }, claimsOf(token), ''),
    ],
    ['a cut MAC', (token) => token.slice(0, -2)],
    [
      'other claims under the old MAC',
      (token) => token.replace(/\.[^.]+\./, `.${btoa(JSON.stringify({ ...claimsOf(token), exp: 9e9 }))}.`),
    ],
    ['a refresh token', () => admin.tokens?.refreshToken ?? ''],
  ])('is let in by no token that is not ours: %s', async (_what, make) => {
    expectProblem(await withToken(make(admin.tokens?.accessToken ?? '')), unauthenticated);
  });

  it('hears the same of every such token, and of that of a session that has ended', async () => {
    const ended = await stack.client().signUp();
    await ended.post('/auth/logout');
    before = await rowCounts(stack);
    const { accessToken = '', refreshToken = '' } = admin.tokens ?? {};
    const claims = claimsOf(accessToken);
    const sayings = new Set<string>();
    for (const token of [
      ...['garbage', refreshToken, ended.tokens?.accessToken ?? '', await tokenOf(admin, -1)],
      ...[forge({ alg: 'none' }, claims), forge({ alg: 'HS256' }, claims, 'my own key')],
      await foreignToken(admin),
    ]) {
      const answer = await withToken(token);
      expectProblem(answer, unauthenticated);
      sayings.add(sayingOf(answer));
    }
    expect([...sayings]).toHaveLength(1);
  });

  it('is let in by no token that has run out', async () => {
    expect((await withToken(await tokenOf(admin, 60))).body['code']).toBe('validation_failed');
    expectProblem(await withToken(await tokenOf(admin, -1)), unauthenticated);
  });

  it('refuses a refresh token that is none, without ending anything', async () => {
    const [sid, , mac] = (learner.tokens?.refreshToken ?? '').split('.');
    for (const refreshToken of ['garbage', `${sid}.7.${mac}`])
      expectProblem(await learner.post('/auth/refresh', { refreshToken }), {
        status: 401,
        code: 'invalid_token',
      });
    expect((await learner.get('/me')).status).toBe(200);
  });

  it('is told when to come back once a limit is spent', async () => {
    const spent = async () => await stack.client().post('/auth/refresh', { refreshToken: 'garbage' });
    let answer = await spent();
    for (let again = 0; again < REFRESHES && answer.status !== 429; again += 1) answer = await spent();
    expectProblem(answer, { status: 429, code: 'rate_limited' });
    const retryAfterSec = Number(answer.headers.get('retry-after'));
    expect(retryAfterSec).toBeGreaterThanOrEqual(1);
    expect(retryAfterSec).toBeLessThanOrEqual(60);
    expect(answer.headers.get('ratelimit-policy')).toBe(`"refresh";q=${REFRESHES};w=60`);
    expect(answer.headers.get('ratelimit')).toBe(`"refresh";r=0;t=${retryAfterSec}`);
  });

  it('does what its role does not allow', async () => {
    const forbidden = { status: 403, code: 'forbidden' };
    const content = { title: 'Mine', questions: trueFalse(1) };
    for (const answer of [
      await learner.post('/quizzes', content),
      await learner.post('/quizzes/import', '::a::b {T}'),
      await learner.send('PUT', `/quizzes/${quiz.id}`, content),
      await learner.post(`/quizzes/${quiz.id}/publish`),
      await learner.send('DELETE', `/quizzes/${quiz.id}`),
      await learner.get(`/quizzes/${quiz.id}/key`),
      await learner.get('/admin/users'),
      await learner.send('PATCH', `/admin/users/${learner.user.userId}`, { role: 'admin' }),
    ])
      expectProblem(answer, forbidden);
  });

  it('sees what is not theirs', async () => {
    const missing = { status: 404, code: 'not_found' };
    for (const id of [draft.id, randomUUID()]) {
      for (const answer of [
        await learner.get(`/quizzes/${id}`),
        await learner.get(`/quizzes/${id}/key`),
        await learner.post(`/quizzes/${id}/publish`),
        await learner.send('DELETE', `/quizzes/${id}`),
      ])
        expectProblem(answer, missing);
    }
    for (const method of ['GET', 'DELETE'])
      expectProblem(await learner.send(method, `/auth/sessions/${admin.tokens?.session.id}`), missing);
    expectProblem(await learner.get(`/submissions/${randomUUID()}`), missing);
    expectProblem(await learner.get(`/users/${randomUUID()}`), missing);
    expect((await admin.get('/me')).status).toBe(200);
  });
});

it('reads a submission only for its owner, the author and admins', async () => {
  const accepted = await learner.post<{ id: string }>(`/quizzes/${quiz.id}/submissions`, answersTo(quiz));
  const path = `/submissions/${accepted.body.id}`;
  expect((await learner.get(path)).status).toBe(200);
  expect((await admin.get(path)).status).toBe(200);
  const stranger = await stack.client(1).signUp();
  expectProblem(await stranger.get(path), { status: 404, code: 'not_found' });
});

describe('a race of sign-ups over two processes', () => {
  it.each([
    ['address', 'email_taken', (index: number) => ['race@example.org', `racer_${index}`]],
    ['username', 'username_taken', (index: number) => [`runner-${index}@example.org`, 'runner']],
  ] as const)('makes one account of the same %s, and tells the others', async (_what, code, wish) => {
    const sent = Array.from({ length: 16 }, async (_, index) => {
      const [email, username] = wish(index);
      const mixed = index % 3 === 0 ? { email: email?.toUpperCase(), username: username?.toUpperCase() } : {};
      const body = { email, username, password: PASSWORD, ...mixed };
      return await stack.client(index % 2).post('/auth/signup', body);
    });
    const answers = await Promise.all(sent);
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    for (const answer of answers.filter((one) => one.status !== 201))
      expectProblem(answer, { status: 409, code });
    const [row] = await stack.sql<{ made: number }>(
      `SELECT count(*)::int AS made FROM users WHERE email ~ '^(race|runner)' AND username_key ~ $1`,
      [code === 'email_taken' ? '^racer' : '^runner'],
    );
    expect(row?.made).toBe(1);
  });
});
