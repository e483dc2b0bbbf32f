import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { answersTo, publishQuiz, trueFalse, type QuizView, type SubmissionView } from '../support/quizzes.js';
import { LiveClient } from '../support/live-client.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

let stack: Stack;
let admin: ApiClient;
let quiz: QuizView;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 1 });
  admin = await stack.admin();
  quiz = await publishQuiz(admin, trueFalse(10));
});
afterAll(async () => await stack.stop());

const scored = async (client: ApiClient, location: string): Promise<SubmissionView> => {
  const path = location.replace('/api/v1', '');
  let last: SubmissionView | undefined;
  await waitUntil('the submission is scored', async () => {
    last = (await client.get<SubmissionView>(path)).body;
    return last.status === 'scored';
  });
  return last as SubmissionView;
};

describe('the main job', () => {
  it('takes a learner from sign-up to a rank, and tells it live on another node', async () => {
    const learner = await stack.client(0).signUp();
    const live = await LiveClient.connect(stack.url(1), learner);
    const watcher = await LiveClient.connect(stack.url(0), await stack.client().signUp());
    await watcher.subscribe({ topic: 'leaderboard:global' });

    const accepted = await learner.post<SubmissionView>(
      `/quizzes/${quiz.id}/submissions`,
      answersTo(quiz, 7),
    );
    expect(accepted.status).toBe(202);
    expect(accepted.headers.get('retry-after')).toBe('1');
    expect(accepted.headers.get('ratelimit-policy')).toContain('"submission";q=5;w=60');
    expect(accepted.headers.get('ratelimit')).toMatch(/"submission";r=4;t=\d+/);
    expect(accepted.body).toMatchObject({ status: 'queued', quizId: quiz.id, score: null, maxScore: 10 });

    const location = accepted.headers.get('location') ?? '';
    expect(await scored(learner, location)).toMatchObject({ score: 7, maxScore: 10, scoreAwarded: 7 });

    const event = await live.next('submission.scored');
    expect(event).toMatchObject({ topic: 'user', seq: 1 });
    expect(event.data).toMatchObject({ submissionId: accepted.body.id, score: 7, totalScore: 7, rank: 1 });
    const entered = await watcher.next('leaderboard.top10.entered');
    expect(entered.data).toMatchObject({
      board: 'global',
      userId: learner.user.userId,
      username: learner.user.username,
      rank: 1,
      previousRank: null,
      score: 7,
      displacedUserId: null,
    });
    const changed = await watcher.next('leaderboard.changed');
    expect(changed).toMatchObject({ seq: null, data: { board: 'global', period: 'all' } });

    const board = await learner.get<{ data: object[]; size: number }>('/leaderboards/global');
    expect(board.body.data[0]).toMatchObject({ rank: 1, userId: learner.user.userId, score: 7 });
    const me = await learner.at(stack.url(1)).get('/leaderboards/global/me');
    expect(me.body).toMatchObject({ rank: 1, score: 7 });
    const profile = await learner.get('/me');
    expect(profile.body).toMatchObject({ totalScore: 7, quizzesSolved: 1 });
    live.close();
    watcher.close();
  });

  it('adds only what beats the best attempt', async () => {
    const learner = await stack.client().signUp();
    for (const [right, awarded] of [
      [4, 4],
      [9, 5],
      [6, 0],
    ] as const) {
      const accepted = await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right));
      const submission = await scored(learner, accepted.headers.get('location') ?? '');
      expect(submission).toMatchObject({ score: right, scoreAwarded: awarded });
    }
    await waitUntil('the profile has it', async () => (await learner.get('/me')).body['totalScore'] === 9);
    expect((await learner.get('/me')).body).toMatchObject({ totalScore: 9, quizzesSolved: 1 });
    expect((await learner.get<{ data: object[] }>('/me/submissions?limit=2')).body).toMatchObject({
      data: [{ score: 6 }, { score: 9 }],
      page: { hasMore: true },
    });
  });

  it('grades against the version that the learner saw', async () => {
    const own = await publishQuiz(admin, trueFalse(2));
    const learner = await stack.client().signUp();
    const replaced = await admin.send('PUT', `/quizzes/${own.id}`, {
      title: 'Next',
      questions: trueFalse(5, 2),
    });
    expect(replaced.body).toMatchObject({ version: 2, maxScore: 10 });
    const path = `/quizzes/${own.id}/submissions`;
    expect((await learner.post(path, answersTo(own))).body['code']).toBe('validation_failed');
    const accepted = await learner.post(path, { ...answersTo(own), quizVersion: 1 });
    expect(accepted.body).toMatchObject({ quizVersion: 1, maxScore: 2 });
    expect(await scored(learner, accepted.headers.get('location') ?? '')).toMatchObject({
      score: 2,
      maxScore: 2,
    });
  });

  it('uses no key that the registry does not know', async () => {
    expect(await stack.unknownKeys()).toEqual([]);
  });
});
