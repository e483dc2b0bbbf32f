import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayAfter } from '../../src/analytics/analytics.times.js';
import { newId } from '../../src/common/id.js';
import { dayOf } from '../../src/common/period.js';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from '../support/api-client.js';
import { openDirect } from '../support/chats.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

interface Counters {
  logins: number;
  submissions: number;
  messages: number;
  quizViews: number;
}
interface Activity {
  total: Counters;
  days: (Counters & { date: string })[];
}
interface Active {
  date: string;
  daily: number;
  weekly: number;
  monthly: number;
}
interface Visitors {
  visitors: number;
  standardErrorPercent: number;
  days: { date: string; visitors: number }[];
}
interface Top {
  periodKey: string;
  data: { rank: number; userId: string; username: string; value: number }[];
}

let stack: Stack;
let admin: ApiClient;
let author: ApiClient;
let anna: ApiClient;
let ben: ApiClient;
let quiz: QuizView;
const today = dayOf(new Date());

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 1 });
  admin = await stack.admin();
  author = await stack.author();
  anna = await stack.client(0).signUp();
  ben = await stack.client(1).signUp();
  quiz = await publishQuiz(author, trueFalse(4));
});
afterAll(async () => await stack.stop());

const idOf = ({ user }: ApiClient) => user.userId;
const activity = async (of: ApiClient) =>
  (await admin.get<Activity>(`/analytics/users/${idOf(of)}/activity`)).body;
const active = async () => (await admin.get<Active>('/analytics/active-users')).body;
const visitors = async (from = today, to = today) =>
  (await admin.get<Visitors>(`/analytics/visitors?from=${from}&to=${to}`)).body;
const top = async (query: string) => (await admin.get<Top>(`/analytics/top-users?${query}`)).body;
/** What is recorded is recorded within a second. */
const becomes = async <T>(read: () => Promise<T>, expected: T) => {
  let last: T | undefined;
  const isSo = async () => {
    last = await read();
    return JSON.stringify(last) === JSON.stringify(expected);
  };
  await waitUntil('it is recorded', isSo).catch(() => expect(last).toEqual(expected));
};

describe('what users did', () => {
  it('is counted by day and in total, from all API processes, and survives Redis once it is saved', async () => {
    const id = await openDirect(anna, ben);
    for (const client of [anna, anna.at(stack.url(1))])
      await client.post(`/conversations/${id}/messages`, { text: 'Hello', clientMessageId: newId() });
    await anna.get(`/quizzes/${quiz.id}`);
    await anna.at(stack.url(1)).post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, 2));
    await stack.client(1).logIn(anna.user.username);
    const total = { logins: 2, submissions: 1, messages: 2, quizViews: 1 };
    await becomes(async () => (await activity(anna)).total, total);
    expect(await activity(anna)).toMatchObject({ userId: idOf(anna), days: [{ date: today, ...total }] });

    // Whoever reads who did most has all saved.
    expect(await top('metric=messages&period=daily')).toEqual({
      ...{ metric: 'messages', period: 'daily', periodKey: today },
      data: [{ rank: 1, userId: idOf(anna), username: anna.user.username, value: 2 }],
    });
    await stack.redis.flushall();
    expect((await activity(anna)).total).toEqual(total);
  });

  it('ranks users, and goes on to', async () => {
    const id = await openDirect(anna, ben);
    const write = async (who: ApiClient) =>
      await who.post(`/conversations/${id}/messages`, { text: 'Hello', clientMessageId: newId() });
    await top('metric=messages&period=monthly');
    for (let count = 0; count < 3; count += 1) await write(ben);
    const values = async () =>
      (await top('metric=messages&period=monthly')).data.map(({ rank, userId, value }) => [
        rank,
        userId,
        value,
      ]);
    await becomes(values, [
      [1, idOf(ben), 3],
      [2, idOf(anna), 2],
    ]);
    expect((await top('metric=messages&period=all&limit=1')).data).toHaveLength(1);
    expect((await top('metric=messages&period=weekly&periodKey=2020-W01')).data).toBeUndefined();
  });

  it('is not counted of who asks not to be followed', async () => {
    const before = [(await active()).daily, (await visitors()).visitors];
    const shy = stack.client();
    const account = {
      email: 'shy@example.org',
      username: 'shy_one',
      password: 'correct-horse-battery-staple',
    };
    const asked = { dnt: '1' };
    shy.tokens = (await shy.post<NonNullable<ApiClient['tokens']>>('/auth/signup', account, asked)).body;
    await shy.get(`/quizzes/${quiz.id}`, asked);
    await shy.get('/me', { 'sec-gpc': '1' });
    await stack.client().get('/leaderboards/global', { 'user-agent': 'shy too', 'sec-gpc': '1' });
    await author.get(`/quizzes/${quiz.id}`);
    // What the author did later is recorded, so what came before would be.
    await becomes(async () => (await activity(author)).total.quizViews, 2);
    expect([(await active()).daily, (await visitors()).visitors]).toEqual(before);
    expect((await activity(shy)).total).toEqual({ logins: 0, submissions: 0, messages: 0, quizViews: 0 });
  });
});

describe('what is recorded', () => {
  it('is saved by a worker as soon as it is time', async () => {
    const emil = await stack.client(1).signUp();
    await emil.get('/me');
    await becomes(async () => (await activity(emil)).total.logins, 1);
    await stack.redis.del(keys.jobs.turn('analytics'));
    const unsaved = [
      keys.analytics.pending('all'),
      keys.analytics.saving('all'),
      keys.analytics.changed('all'),
    ];
    await waitUntil('all is saved', async () => (await stack.redis.exists(unsaved)) === 0);
    const total = await stack.sql('SELECT logins FROM user_activity_totals WHERE user_id = $1', [idOf(emil)]);
    expect(total).toEqual([{ logins: 1 }]);
    const days = await stack.sql('SELECT kind FROM sketches WHERE subject = $1 ORDER BY kind', [today]);
    expect(days).toEqual([{ kind: 'active' }, { kind: 'visitors' }]);
  });
});

describe('active users and visitors', () => {
  it('are counted once, whatever process they come to', async () => {
    const before = await active();
    const visited = (await visitors()).visitors;
    const carl = await stack.client(0).signUp();
    for (const url of [stack.url(0), stack.url(1)]) await carl.at(url).get('/me');
    await becomes(active, {
      ...{ date: today, daily: before.daily + 1, weekly: before.weekly + 1, monthly: before.monthly + 1 },
    });
    expect((await visitors()).visitors).toBe(visited + 1);
    for (const agent of ['one browser', 'another browser', 'one browser'])
      await stack.client(1).get('/leaderboards/global', { 'user-agent': agent });
    await becomes(async () => (await visitors()).visitors, visited + 3);
    expect((await active()).daily).toBe(before.daily + 1);
  });

  it('are told by day and over a range, with the standard error', async () => {
    const from = dayAfter(today, -2);
    const range = await visitors(from, today);
    expect(range).toMatchObject({ from, to: today, standardErrorPercent: 0.81 });
    expect(range.days.map(({ date }) => date)).toEqual([from, dayAfter(today, -1), today]);
    expect(range.visitors).toBe(range.days[2]?.visitors);
    expect((await admin.get<Visitors>('/analytics/visitors')).body.days).toHaveLength(30);
    expect((await admin.get<Active>(`/analytics/active-users?date=${from}`)).body).toMatchObject({
      daily: 0,
    });
  });

  it('leave nothing in Redis that tells who it was, and nothing that stays', async () => {
    const names = await stack.redis.keys('rs:{analytics:all}:*');
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      expect(name).not.toMatch(/127\.0\.0\.1|example\.org/);
      // It may have expired since it was listed.
      expect([name, await stack.redis.pttl(name)]).not.toEqual([name, -1]);
    }
  });

  it('are recorded to the last by a process that is stopped', async () => {
    const dora = await stack.client(1).signUp();
    await stack.apis[1]?.kill('SIGTERM');
    expect((await activity(dora)).total.logins).toBe(1);
    stack.startApi(1);
    await stack.untilReady(1);
  });
});

describe('the funnel of a quiz', () => {
  it('tells how many learners viewed, started, submitted and passed', async () => {
    const exam = await publishQuiz(author, trueFalse(4), { timeLimitSec: 600 });
    const path = `/analytics/quizzes/${exam.id}/funnel`;
    const learners = await Promise.all([0, 1, 0, 1].map(async (node) => await stack.client(node).signUp()));
    for (const learner of learners) await learner.get(`/quizzes/${exam.id}`);
    for (const learner of learners.slice(0, 3)) await learner.post(`/quizzes/${exam.id}/attempts`);
    for (const [index, right] of [2, 1].entries()) {
      const learner = learners[index];
      const begun = await learner?.post<{ id: string }>(`/quizzes/${exam.id}/attempts`);
      await learner?.post(`/quizzes/${exam.id}/submissions`, {
        ...{ ...answersTo(exam, right), attemptId: begun?.body.id },
      });
    }
    await author.post(`/quizzes/${exam.id}/submissions`, answersTo(exam));
    await untilScored(stack);
    const views = async () => (await Promise.all(learners.map(activity))).map(({ total }) => total.quizViews);
    await becomes(views, [1, 1, 1, 1]);
    const expected = { quizId: exam.id, viewed: 4, started: 3, submitted: 2, passed: 1 };
    expect((await admin.get(path)).body).toMatchObject({ ...expected, viewedStandardErrorPercent: 0.81 });
    expect((await author.get(path)).body).toMatchObject(expected);
    expectProblem(await anna.get(path), { status: 403, code: 'forbidden' });
    expectProblem(await admin.get(`/analytics/quizzes/${newId()}/funnel`), {
      status: 404,
      code: 'not_found',
    });
  });
});

describe('what is asked wrongly', () => {
  it.each([
    ['active-users?date=yesterday', 'date'],
    ['active-users?date=2026-02-30', 'date'],
    ['active-users?date=2999-01-01', 'date'],
    ['active-users?date=2020-01-01', 'date'],
    ['active-users?day=2026-11-01', 'day'],
    ['visitors?from=2026-13-01', 'from'],
    [`visitors?from=${today}&to=${dayAfter(today, -1)}`, 'from'],
    [`visitors?from=${dayAfter(today, -380)}&to=${today}`, 'to'],
    ['visitors?from=2020-01-01&to=2020-01-31', 'from'],
    ['top-users?metric=karma', 'metric'],
    ['top-users?period=yearly', 'period'],
    ['top-users?limit=0', 'limit'],
    ['top-users?period=weekly&periodKey=2026-11', 'periodKey'],
    ['top-users?period=daily&periodKey=2020-01-01', 'periodKey'],
    ['users/nobody/activity', 'userId'],
    ['quizzes/none/funnel', 'quizId'],
  ])('is refused by name: %s', async (path, name) => {
    const answer = await admin.get(`/analytics/${path}`);
    expectProblem(answer, { status: 400, code: 'validation_failed', paths: [name] });
  });

  it('is refused to learners and authors, and to who is nobody', async () => {
    const paths = ['active-users', 'visitors', `users/${idOf(anna)}/activity`, 'top-users'];
    for (const path of paths) {
      expectProblem(await anna.get(`/analytics/${path}`), { status: 403, code: 'forbidden' });
      expectProblem(await author.get(`/analytics/${path}`), { status: 403, code: 'forbidden' });
      expectProblem(await stack.client().get(`/analytics/${path}`), { status: 401, code: 'unauthenticated' });
    }
    expectProblem(await admin.get(`/analytics/users/${newId()}/activity`), {
      status: 404,
      code: 'not_found',
    });
  });
});
