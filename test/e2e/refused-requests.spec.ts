import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { expectNoLeak, expectProblem, rowCounts } from '../support/problems.js';
import { Stack } from '../support/stack.js';

let stack: Stack;
let anyone: ApiClient;
let learner: ApiClient;
let admin: ApiClient;
let before: Record<string, number>;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 0 });
  anyone = stack.client();
  learner = await stack.client().signUp('ada');
  admin = await stack.admin();
});
afterAll(async () => await stack.stop());
beforeEach(async () => void (before = await rowCounts(stack)));
afterEach(async () => expect(await rowCounts(stack)).toEqual(before));

describe('a path, query or header that makes no sense', () => {
  it.each(['1', 'null', '00000000-0000-0000-0000-00000000000', "' OR 1=1 --", '%00', '%E0%A4%A', '🦊'])(
    'refuses %j as an id',
    async (id) => {
      for (const [method, path] of [
        ['GET', `/users/${id}`],
        ['GET', `/quizzes/${id}`],
        ['GET', `/submissions/${id}`],
        ['DELETE', `/auth/sessions/${id}`],
        ['GET', `/leaderboards/global/users/${id}`],
      ] as const) {
        expectProblem(await learner.send(method, path), { status: 400, code: 'validation_failed' });
      }
    },
  );

  it.each(['/quizzes', '/me/submissions', '/auth/sessions', '/admin/users'])(
    'pages %s only by sense',
    async (path) => {
      const cursors = ['nonsense', '%00', btoa('-'.repeat(36)), btoa("' OR 1=1 --"), 'x'.repeat(300), ''];
      for (const query of [
        ...['0', '101', '-1', '1.5', 'ten', '', '1e400', '9'.repeat(30)].map((limit) => `limit=${limit}`),
        ...cursors.map((cursor) => `cursor=${cursor}`),
        ...['limit=1&limit=2', 'limit[a]=1', 'page=1', '__proto__=1', 'cursor[]=1'],
      ]) {
        const answer = await admin.get(`${path}?${query}`);
        expect(`${query}: ${answer.status}`).toBe(`${query}: 400`);
        expectProblem(answer, { status: 400, code: 'validation_failed' });
      }
    },
  );

  it('refuses text in a query that PostgreSQL cannot hold', async () => {
    for (const path of ['/quizzes?q=%00', '/quizzes?tag=a%00b', '/admin/users?q=%00'])
      expectProblem(await admin.get(path), { status: 400, code: 'validation_failed' });
  });

  it('knows no other boards and periods', async () => {
    const unknown = { status: 404, code: 'not_found' };
    for (const board of ['none', '%00', '__proto__', 'quiz:1'])
      expectProblem(await anyone.get(`/leaderboards/${board}`), unknown);
    for (const query of ['period=hourly', 'offset=-1', 'limit=101', 'offset=1e400', 'x=1'])
      expectProblem(await anyone.get(`/leaderboards/global?${query}`), {
        status: 400,
        code: 'validation_failed',
      });
    expectProblem(await learner.get('/leaderboards/global/me?around=51'), {
      status: 400,
      code: 'validation_failed',
    });
  });

  it.each<[string, string]>([
    ['GET', '/nothing-here'],
    ['GET', '/auth/login'],
    ['PUT', '/me'],
    ['DELETE', '/quizzes'],
    ['PATCH', '/health/live'],
    ['GET', '/%E0%A4%A'],
  ])('has no %s %s', async (method, path) => {
    const answer = await learner.send(method, path);
    expect([400, 404]).toContain(answer.status);
    expectProblem(answer, {
      status: answer.status,
      code: answer.status === 404 ? 'not_found' : 'validation_failed',
    });
  });

  it('takes over a sane X-Request-Id and makes one instead of any other', async () => {
    for (const id of ['trace-0123456789', '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10']) {
      const answer = await anyone.get('/me', { 'x-request-id': id });
      expect(answer.headers.get('x-request-id')).toBe(id);
      expect(answer.body['traceId']).toBe(id);
    }
    for (const id of ['<script>alert(1)</script>', 'a b c d e f g h', 'x'.repeat(500), 'é'.repeat(10), '']) {
      const answer = await anyone.get('/me', { 'x-request-id': id });
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expectProblem(answer, { status: 401, code: 'unauthenticated' });
    }
  });

  it('says nothing of itself that it need not', async () => {
    for (const path of ['/health/live', '/me', '/leaderboards/global']) expectNoLeak(await anyone.get(path));
  });
});

describe('limits', () => {
  it('are told on every route that has one', async () => {
    const login = await anyone.post('/auth/login', { identifier: 'ada', password: 'wrong' });
    expect(login.headers.get('ratelimit-policy')).toBe('"login";q=10000;w=60');
    expect(login.headers.get('ratelimit')).toMatch(/^"login";r=\d+;t=\d+$/);
    const me = await learner.get('/me');
    expect(me.headers.get('ratelimit-policy')).toBe('"user";q=100000;w=60');
    const board = await anyone.get('/leaderboards/global');
    expect(board.headers.get('ratelimit-policy')).toBe('"anonymous";q=100000;w=60');
  });
});
