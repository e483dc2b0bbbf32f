import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, ApiClient } from '../support/api-client.js';
import { attemptsOf, type AttemptView } from '../support/attempts.js';
import { expectProblem } from '../support/problems.js';
import { publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';

const exhausted = { status: 409, code: 'attempts_exhausted' };
const timed = { timeLimitSec: 600 };
let stack: Stack;
let author: ApiClient;
let learner: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, env: { LIMIT_SUBMISSION: '10000/60' } });
  author = await stack.author();
  learner = await stack.client().signUp();
});
afterAll(async () => await stack.stop());

const { begun, handIn, endSecondsAgo } = attemptsOf(() => ({ stack, learner }));

/** However often it is sent. */
const handInOnce = async (quiz: QuizView, more: object, client: ApiClient, key: string) =>
  await handIn(quiz, more, client, { 'idempotency-key': key });

describe('attempts are counted:', () => {
  /** More than anybody could begin: versions that came and went, each with its open attempt. */
  const openAttempts = async (quiz: QuizView, client: ApiClient, count: number) => {
    const rows = await stack.sql<{ id: string }>(
      `INSERT INTO attempts (id, user_id, quiz_id, quiz_version)
       SELECT gen_random_uuid(), $1, $2, 1 FROM generate_series(1, $3) RETURNING id`,
      [client.user.userId, quiz.id, count],
    );
    return rows.map(({ id }) => id);
  };
  const statuses = (answers: Answer<unknown>[]) => answers.map(({ status }) => status).sort((a, b) => a - b);

  it('of 20 submissions at once over two processes, exactly those allowed are taken', async () => {
    for (const more of [{}, { shuffle: true }]) {
      const quiz = await publishQuiz(author, trueFalse(1), { attemptsAllowed: 3, ...more });
      const someone = await stack.client().signUp();
      const clients = [someone, someone.at(stack.url(1))];
      const attemptIds = 'shuffle' in more ? await openAttempts(quiz, someone, 20) : [];
      const answers = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const attempt = attemptIds[index] ? { attemptId: attemptIds[index] } : {};
          return await handInOnce(quiz, attempt, clients[index % 2] ?? someone, `key-${index}`);
        }),
      );
      expect(statuses(answers)).toEqual([...Array<number>(3).fill(202), ...Array<number>(17).fill(409)]);
      for (const refused of answers.filter(({ status }) => status === 409)) expectProblem(refused, exhausted);
      expectProblem(await handIn(quiz, { attemptId: attemptIds[0] }, someone), exhausted);
    }
  });

  it('one attempt takes one submission, however many come at once', async () => {
    const quiz = await publishQuiz(author, trueFalse(1), timed);
    const attempt = await begun(quiz);
    const clients = [learner, learner.at(stack.url(1))];
    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, index) =>
          await handInOnce(
            quiz,
            { attemptId: attempt.id },
            clients[index % 2] ?? learner,
            `hand-in-${index}`,
          ),
      ),
    );
    expect(statuses(answers)).toEqual([202, ...Array<number>(19).fill(409)]);
    for (const refused of answers.filter(({ status }) => status === 409)) expectProblem(refused, exhausted);
    expectProblem(await handIn(quiz, { attemptId: attempt.id }), exhausted);
    const [row] = await stack.sql('SELECT used FROM attempt_counts WHERE quiz_id = $1', [quiz.id]);
    expect(row).toEqual({ used: 1 });
    expect((await begun(quiz)).id).not.toBe(attempt.id);
  });

  it('the same hand-in under the same key is answered as before, at once and after the deadline', async () => {
    const quiz = await publishQuiz(author, trueFalse(1), timed);
    const attempt = await begun(quiz);
    const send = async (client: ApiClient) =>
      await handIn(quiz, { attemptId: attempt.id }, client, { 'idempotency-key': 'once' });
    const clients = [learner, learner.at(stack.url(1))];
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => await send(clients[index % 2] ?? learner)),
    );
    await endSecondsAgo(attempt, 3);
    answers.push(await send(learner));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replay') !== 'true')).toHaveLength(1);
  });

  it('hand-ins of many learners at once are stored in common, and the late ones alone are refused', async () => {
    const quiz = await publishQuiz(author, trueFalse(1), timed);
    const learners = await Promise.all(Array.from({ length: 8 }, async () => await stack.client().signUp()));
    const attempts = await Promise.all(learners.map(async (one) => await begun(quiz, one)));
    for (const index of [2, 5]) await endSecondsAgo(attempts[index] as AttemptView, 3);
    const answers = await Promise.all(
      learners.map(
        async (one, index) =>
          await handIn(quiz, { attemptId: attempts[index]?.id }, one, { 'idempotency-key': 'mine' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 409, 202, 202, 409, 202, 202]);
    const stored = await stack.sql(
      'SELECT 1 FROM attempts JOIN submissions s ON s.id = submission_id AND s.user_id = attempts.user_id WHERE attempts.quiz_id = $1',
      [quiz.id],
    );
    expect(stored).toHaveLength(6);
  });
});
