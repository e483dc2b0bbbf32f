import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';

let stack: Stack;
let quiz: QuizView;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 1 });
  quiz = await publishQuiz(await stack.admin(), trueFalse(3), { attemptsAllowed: 3 });
});
afterAll(async () => await stack.stop());

const submit = async (client: ApiClient, key: string, right = 3) =>
  await client.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right), { 'idempotency-key': key });

async function stored(userId: string) {
  const [row] = await stack.sql<{ submissions: number; attempts: number }>(
    `SELECT (SELECT count(*)::int FROM submissions WHERE user_id = $1) AS submissions,
            (SELECT used FROM attempt_counts WHERE user_id = $1) AS attempts`,
    [userId],
  );
  return row;
}

describe('Idempotency-Key', () => {
  it('makes a lost answer sent again one submission, one attempt and one slot of the limit', async () => {
    const learner = await stack.client().signUp();
    const first = await submit(learner, 'lost-answer');
    const again = await submit(learner.at(stack.url(1)), 'lost-answer');
    expect(first.status).toBe(202);
    expect(first.headers.get('idempotent-replay')).toBeNull();
    expect(again.status).toBe(202);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replay')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(await stored(learner.user.userId)).toEqual({ submissions: 1, attempts: 1 });
    const next = await submit(learner, 'another');
    expect(next.headers.get('ratelimit')).toMatch(/"submission";r=3;/);
  });

  it('lets parallel duplicates wait for the first, over two processes', async () => {
    const learner = await stack.client().signUp();
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const client = learner.at(stack.url(index % 2));
        return await submit(client, 'storm');
      }),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.body['id'])).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replay') === null)).toHaveLength(1);
    expect(await stored(learner.user.userId)).toEqual({ submissions: 1, attempts: 1 });
    expect((await submit(learner, 'after-the-storm')).headers.get('ratelimit')).toMatch(/"submission";r=3;/);
  });

  it('answers as before even when the limit is used up', async () => {
    const learner = await stack.client().signUp();
    const other = await publishQuiz(await stack.admin(), trueFalse(1));
    const path = `/quizzes/${other.id}/submissions`;
    for (let index = 0; index < 5; index += 1) {
      const answer = await learner.post(path, answersTo(other), { 'idempotency-key': `used-${index}` });
      expect(answer.status).toBe(202);
    }
    expect((await learner.post(path, answersTo(other))).status).toBe(429);
    const again = await learner.post(path, answersTo(other), { 'idempotency-key': 'used-0' });
    expect([again.status, again.headers.get('idempotent-replay')]).toEqual([202, 'true']);
  });

  it('refuses the key for another body, and a key that is not visible ASCII', async () => {
    const learner = await stack.client().signUp();
    await submit(learner, 'reused', 3);
    const other = await submit(learner, 'reused', 1);
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency_key_reused']);
    const long = await submit(learner, 'x'.repeat(256));
    expect([long.status, long.body['code']]).toEqual([400, 'validation_failed']);
    expect(await stored(learner.user.userId)).toEqual({ submissions: 1, attempts: 1 });
  });

  it('keeps nothing of a refused request', async () => {
    const learner = await stack.client().signUp();
    const path = `/quizzes/${quiz.id}/submissions`;
    const headers = { 'idempotency-key': 'refused-first' };
    const refused = await learner.post(path, { answers: [{ questionId: quiz.id, response: true }] }, headers);
    expect(refused.status).toBe(400);
    expect((await learner.post(path, answersTo(quiz), headers)).status).toBe(202);
  });

  it('refuses the attempt after the last, also when many arrive at once', async () => {
    const learner = await stack.client().signUp();
    const answers = await Promise.all(
      Array.from(
        { length: 5 },
        async (_, index) => await submit(learner.at(stack.url(index % 2)), `attempt-${index}`),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, 202, 202, 409, 409]);
    expect(answers.filter((answer) => answer.body['code'] === 'attempts_exhausted')).toHaveLength(2);
    expect(await stored(learner.user.userId)).toEqual({ submissions: 3, attempts: 3 });
    const [row] = await stack.sql<{ keys: number }>(
      'SELECT count(*)::int AS keys FROM idempotency_keys WHERE user_id = $1',
      [learner.user.userId],
    );
    expect(row?.keys).toBe(3);
  });
});
