import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { answersTo, publishQuiz, trueFalse, type QuizView, type SubmissionView } from '../support/quizzes.js';
import { regrade, withFalse } from '../support/regrades.js';
import { Stack } from '../support/stack.js';
import { accounts, disagreeing, untilScored } from '../support/sums.js';

const COUNT = 4;
let stack: Stack;
let admin: ApiClient;
let author: ApiClient;
let quiz: QuizView;

beforeAll(async () => {
  stack = await Stack.start({ env: { LIMIT_SUBMISSION: '10000/60' } });
  admin = await stack.admin();
  author = await stack.author();
  quiz = await publishQuiz(author, trueFalse(COUNT));
});
afterAll(async () => await stack.stop());

const handIn = async (client: ApiClient, to = quiz): Promise<string> => {
  const { status, body } = await client.post<SubmissionView>(`/quizzes/${to.id}/submissions`, answersTo(to));
  expect(status).toBe(202);
  return body.id;
};
const scored = async (client: ApiClient, to = quiz): Promise<SubmissionView> => {
  const id = await handIn(client, to);
  await untilScored(stack);
  return (await client.get<SubmissionView>(`/submissions/${id}`)).body;
};
const profile = async ({ user }: ApiClient) => (await admin.get(`/users/${user.userId}`)).body;
const read = async (path: string) => (await author.get(`/quizzes/${quiz.id}${path}`)).body;
const setRole = async ({ user }: ApiClient, role: string) =>
  expect((await admin.send('PATCH', `/admin/users/${user.userId}`, { role })).status).toBe(200);

describe('what somebody hands in who may read the key', () => {
  it.each([
    ['the author', () => author],
    ['an administrator', () => admin],
  ])('is a preview: %s sees the score, and it counts nowhere', async (_who, whose) => {
    const client = whose();
    expect((await client.get(`/quizzes/${quiz.id}/key`)).status).toBe(200);
    const live = await LiveClient.connect(stack.url(), client);
    const submission = await scored(client);
    expect(submission).toMatchObject({ status: 'scored', score: COUNT, scoreAwarded: 0 });
    expect(submission.breakdown).toHaveLength(COUNT);
    const told = await live.next('submission.scored', ({ data }) => data['submissionId'] === submission.id);
    expect(told.data).toMatchObject({ score: COUNT, scoreAwarded: 0, totalScore: 0, rank: null });
    live.close();

    expect(await profile(client)).toMatchObject({ totalScore: 0, quizzesSolved: 0 });
    for (const board of ['global', `quiz:${quiz.id}`])
      for (const period of ['all', 'daily'])
        expect((await author.get(`/leaderboards/${board}?period=${period}`)).body).toMatchObject({ size: 0 });
    expect(await read('/results')).toMatchObject({
      submissions: 0,
      participants: 0,
      averageScore: 0,
      top: [],
    });
    expect(await read('/submissions')).toMatchObject({ data: [] });
    const file = await author.get(`/quizzes/${quiz.id}/submissions?format=csv`);
    expect(file.text.trimEnd().split('\r\n')).toHaveLength(1);
  });

  it('gets nothing by a regrade either', async () => {
    const own = await publishQuiz(author, trueFalse(COUNT));
    const { id } = await scored(author, own);
    const body = withFalse(COUNT, [0]);
    expect((await author.post(`/quizzes/${own.id}/regrade?dryRun=true`, body)).body).toMatchObject({
      ...{ submissions: 0, changes: [] },
    });
    expect(await regrade(author, own.id, body)).toMatchObject({ status: 'done', total: 0, changed: 0 });
    const { body: after } = await author.get(`/submissions/${id}`);
    expect(after).toMatchObject({ score: COUNT, scoreAwarded: 0 });
    expect(await profile(author)).toMatchObject({ totalScore: 0 });
  });

  it('is decided as it is handed in, whatever becomes of the role before it is scored', async () => {
    const [rising, falling] = [await stack.client().signUp(), await stack.client().signUp()];
    await setRole(falling, 'admin');
    const thaw = await stack.freezeWorkers();
    const counted = await handIn(rising);
    const preview = await handIn(await stack.client().logIn(falling.user.username));
    await setRole(rising, 'admin');
    await setRole(falling, 'learner');
    await thaw();
    await untilScored(stack);
    expect((await admin.get(`/submissions/${counted}`)).body).toMatchObject({ scoreAwarded: COUNT });
    expect((await admin.get(`/submissions/${preview}`)).body).toMatchObject({
      score: COUNT,
      scoreAwarded: 0,
    });
  });
});

describe('an author on a quiz of somebody else', () => {
  it('is a learner like any other, and keeps the rank through previews', async () => {
    const other = await stack.author();
    expect((await other.get(`/quizzes/${quiz.id}/key`)).status).toBe(403);
    expect(await scored(other)).toMatchObject({ score: COUNT, scoreAwarded: COUNT });
    expect(await profile(other)).toMatchObject({ totalScore: COUNT, quizzesSolved: 1 });

    const own = await publishQuiz(other, trueFalse(COUNT));
    const live = await LiveClient.connect(stack.url(), other);
    const { id } = await scored(other, own);
    const told = await live.next('submission.scored', ({ data }) => data['submissionId'] === id);
    expect(told.data).toMatchObject({ scoreAwarded: 0, totalScore: COUNT, rank: expect.any(Number) });
    live.close();
    expect(await profile(other)).toMatchObject({ totalScore: COUNT, quizzesSolved: 1 });
    expect(disagreeing(await accounts(stack))).toEqual([]);
  });
});
