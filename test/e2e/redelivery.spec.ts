import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LiveClient } from '../support/live-client.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const QUEUE = 'rs:{queue:submission.score}';
let stack: Stack;
let quiz: QuizView;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 2 });
  quiz = await publishQuiz(await stack.admin(), trueFalse(5));
});
afterAll(async () => await stack.stop());

describe('a job delivered more than once', () => {
  it('has one effect, though pushed five times by hand while two workers run', async () => {
    const learner = await stack.client().signUp();
    const live = await LiveClient.connect(stack.url(), learner);
    const accepted = await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, 4));
    const id = String(accepted.body['id']);
    for (let push = 0; push < 5; push += 1) {
      await stack.redis.hset(`${QUEUE}:job:${id}`, {
        data: '{}',
        attempts: 0,
        crashes: 0,
        enqueuedAt: Date.now(),
      });
      await stack.redis.lpush(`${QUEUE}:waiting`, id);
    }
    await untilScored(stack);
    await waitUntil('the queue is empty', async () => (await stack.redis.llen(`${QUEUE}:waiting`)) === 0);
    await live.next('submission.scored');
    await waitUntil('no job is held', async () => (await stack.redis.keys(`${QUEUE}:active:*`)).length === 0);

    expect(
      await stack.sql('SELECT delta, total, seq::int FROM ledger WHERE user_id = $1', [learner.user.userId]),
    ).toEqual([{ delta: 4, total: 4, seq: 1 }]);
    expect((await learner.get('/me')).body).toMatchObject({ totalScore: 4, quizzesSolved: 1 });
    expect((await learner.get('/leaderboards/global/me')).body).toMatchObject({ score: 4 });
    expect(live.of('submission.scored')).toHaveLength(1);
    live.close();
  });
});
