import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { signUpMany } from '../support/storm.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

interface Row {
  rank: number;
  userId: string | null;
  username: string | null;
  score: number;
}

let stack: Stack;
let quiz: QuizView;
let anna: ApiClient;
let ben: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 1, env: { LIMIT_SUBMISSION: '1000/60' } });
  quiz = await publishQuiz(await stack.admin(), trueFalse(5));
  [anna, ben] = (await signUpMany(stack, 2)) as [ApiClient, ApiClient];
  await submit(anna, 4);
  await submit(ben, 2);
});
afterAll(async () => await stack.stop());

const submit = async (learner: ApiClient, right: number) => {
  await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right));
  await untilScored(stack);
  await waitUntil('the profile has it', async () => {
    const { body } = await learner.get<{ totalScore: number }>('/me');
    return body.totalScore === right;
  });
};
const setVisible = async (leaderboardVisible: boolean) =>
  await anna.send('PATCH', '/me', { leaderboardVisible });
const boards = () => ['global', `quiz:${quiz.id}`];
const top = async (client: ApiClient, board: string, node = 1) =>
  (await client.at(stack.url(node)).get<{ data: Row[] }>(`/leaderboards/${board}`)).body.data;
const named = ({ user: { userId, username } }: ApiClient) => ({ userId, username });
const NOBODY = { userId: null, username: null };

const resultsFor = async (client: ApiClient) =>
  await client.get<{ top: Row[] }>(`/quizzes/${quiz.id}/results`);

it('keep the rank and hide the name, from others and on every node, in boards, results and events', async () => {
  const live = await LiveClient.connect(stack.url(1), ben);
  for (const board of boards()) await live.subscribe({ topic: `leaderboard:${board}` });
  const before = await resultsFor(ben);
  expect(before.body.top[0]).toEqual({ ...named(anna), score: 4 });
  const changed = await setVisible(false);
  expect([changed.status, changed.body]).toMatchObject([200, { leaderboardVisible: false }]);
  expect((await anna.get('/me')).body).toMatchObject({ leaderboardVisible: false });
  for (const board of boards()) {
    for (const other of [ben, stack.client()]) {
      const [first, second] = await top(other, board);
      expect(first).toEqual({ rank: 1, ...NOBODY, score: 4 });
      expect(second).toMatchObject({ userId: ben.user.userId });
    }
    expect((await top(anna, board))[0]).toMatchObject({ rank: 1, ...named(anna) });
    expect((await anna.get(`/leaderboards/${board}/me`)).body).toMatchObject({ rank: 1, score: 4 });
    const seen = await ben.get(`/leaderboards/${board}/users/${anna.user.userId}`);
    expect([seen.status, seen.body]).toMatchObject([200, { rank: null, neighbours: [] }]);
  }
  const results = await resultsFor(ben);
  expect(results.headers.get('x-cache')).toBe('HIT');
  expect(results.body.top[0]).toEqual({ ...NOBODY, score: 4 });
  expect(results.headers.get('etag')).not.toBe(before.headers.get('etag'));
  await submit(anna, 5);
  const told = await live.next('leaderboard.changed', ({ data }) =>
    JSON.stringify(data).includes('"score":5'),
  );
  expect(told.data).toMatchObject({ top: [{ rank: 1, ...NOBODY, score: 5 }, named(ben)] });
  const since = live.events.filter(({ data }) => JSON.stringify(data).includes('"score":5'));
  expect(JSON.stringify(since)).not.toContain(anna.user.userId);
  live.close();
});

it('end when asked to', async () => {
  expect((await setVisible(true)).body).toMatchObject({ leaderboardVisible: true });
  for (const board of boards()) expect((await top(ben, board))[0]).toMatchObject(named(anna));
});

it('are told with the name withheld, and the end of them with the name, on boards where nothing else happens', async () => {
  for (const visible of [false, true]) {
    const live = await LiveClient.connect(stack.url(1), ben);
    for (const board of boards()) await live.subscribe({ topic: `leaderboard:${board}` });
    expect((await setVisible(visible)).body).toMatchObject({ leaderboardVisible: visible });
    for (const board of boards()) {
      const told = await live.next('leaderboard.changed', ({ topic }) => topic === `leaderboard:${board}`);
      expect(told.data).toMatchObject({
        top: [{ rank: 1, ...(visible ? named(anna) : NOBODY) }, named(ben)],
      });
    }
    live.close();
  }
});

it('change nothing else, and take only yes or no', async () => {
  const both = await anna.send('PATCH', '/me', { displayName: 'Anna', leaderboardVisible: false });
  expect(both.body).toMatchObject({ displayName: 'Anna', leaderboardVisible: false, totalScore: 5 });
  expect((await anna.send('PATCH', '/me', { displayName: 'Anni' })).body).toMatchObject({
    ...{ displayName: 'Anni', leaderboardVisible: false },
  });
  for (const leaderboardVisible of ['false', null, 0]) {
    const refused = await anna.send('PATCH', '/me', { leaderboardVisible });
    expectProblem(refused, { status: 400, code: 'validation_failed', paths: ['leaderboardVisible'] });
  }
});
