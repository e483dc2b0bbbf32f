import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../support/api-client.js';
import { attemptsOf, whileLocked } from '../support/attempts.js';
import { expectProblem } from '../support/problems.js';
import { publishQuiz, trueFalse, type QuizView, type SubmissionView } from '../support/quizzes.js';
import { SAMPLES } from '../support/sample-questions.js';
import { Stack } from '../support/stack.js';
import { waitUntil } from '../support/wait-until.js';

const invalid = { status: 400, code: 'validation_failed' };
const over = { status: 409, code: 'quiz_not_open' };
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

const { begin, begun, handIn, endSecondsAgo } = attemptsOf(() => ({ stack, learner }));

describe('an attempt', () => {
  it('starts the clock of a timed quiz, whose questions learners see nowhere else', async () => {
    const quiz = await publishQuiz(author, SAMPLES, timed);
    const seen = (await learner.get<QuizView>(`/quizzes/${quiz.id}`)).body;
    expect(seen).toMatchObject({ timeLimitSec: 600, questionCount: SAMPLES.length, questions: [] });
    expect(quiz.questions).toHaveLength(SAMPLES.length);

    const { status, body } = await begin(quiz);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...{ id: expect.any(String), quizId: quiz.id, quizVersion: 1, questions: expect.any(Array) },
      ...{ startedAt: expect.stringMatching(/Z$/), deadline: expect.stringMatching(/Z$/) },
    });
    expect(Date.parse(body.deadline ?? '') - Date.parse(body.startedAt)).toBe(600_000);
    expect(body.questions.map(({ id }) => id)).toEqual(quiz.questions.map(({ id }) => id));
    expect(await begun(quiz, learner.at(stack.url(1)))).toEqual(body);
  });

  it('is one, however often it is begun at once over two processes', async () => {
    const quiz = await publishQuiz(author, SAMPLES, { ...timed, shuffle: true });
    const someone = await stack.client().signUp();
    const clients = [someone, someone.at(stack.url(1))];
    const all = await whileLocked(stack, 'LOCK TABLE attempts IN SHARE MODE', 4, async () => {
      const many = Array.from({ length: 20 }, async (_, index) => await begun(quiz, clients[index % 2]));
      return await Promise.all(many);
    });
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1);
    const rows = await stack.sql('SELECT 1 FROM attempts WHERE quiz_id = $1', [quiz.id]);
    expect(rows).toHaveLength(1);
  });

  it('is graded against the version it was begun at, and names it', async () => {
    const quiz = await publishQuiz(author, trueFalse(2), timed);
    const first = await begun(quiz);
    await author.send('PUT', `/quizzes/${quiz.id}`, {
      ...{ title: 'Next', questions: trueFalse(5), ...timed },
    });
    expectProblem(await handIn(quiz, { attemptId: first.id, quizVersion: 2 }), {
      ...{ ...invalid, paths: ['quizVersion'] },
    });
    expect((await begun(quiz)).quizVersion).toBe(2);
    const taken = await handIn(quiz, { attemptId: first.id });
    expect(taken.body).toMatchObject({ quizVersion: 1, maxScore: 2 });
    await waitUntil('it is scored', async () => {
      const { body } = await learner.get<SubmissionView>(`/submissions/${taken.body.id}`);
      return body.status === 'scored' && body.score === 2;
    });
  });

  it('has a shuffled order of its own, the same whenever it is asked for', async () => {
    const questions = [...SAMPLES, ...trueFalse(10)];
    const quiz = await publishQuiz(author, questions, { shuffle: true });
    const orders = new Set<string>();
    for (let count = 0; count < 4; count += 1) {
      const someone = await stack.client().signUp();
      const attempt = await begun(quiz, someone);
      expect(attempt.deadline).toBeNull();
      expect(await begun(quiz, someone)).toEqual(attempt);
      expect(attempt.questions.map(({ id }) => id).sort()).toEqual(quiz.questions.map(({ id }) => id).sort());
      orders.add(attempt.questions.map(({ id }) => id).join());
    }
    expect(orders.size).toBe(4);
    expect((await author.get(`/quizzes/${quiz.id}/key`)).body).toMatchObject({ shuffle: true });
  });

  it('may be begun at any published quiz, and needs not be', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    expect((await handIn(quiz, {})).status).toBe(202);
    const attempt = await begun(quiz);
    expect(attempt.deadline).toBeNull();
    expect((await handIn(quiz, { attemptId: attempt.id })).status).toBe(202);
  });
});

describe('the deadline', () => {
  it('leaves two seconds of grace, by the clock of PostgreSQL, and then rules', async () => {
    const quiz = await publishQuiz(author, trueFalse(1), timed);
    const inGrace = await begun(quiz);
    await endSecondsAgo(inGrace, 1);
    expect((await handIn(quiz, { attemptId: inGrace.id })).status).toBe(202);

    const late = await begun(quiz);
    await endSecondsAgo(late, 3);
    for (const headers of [{}, { 'idempotency-key': 'late' }]) {
      const refused = await handIn(quiz, { attemptId: late.id }, learner, headers);
      expectProblem(refused, over);
      expect(refused.body).toMatchObject({ detail: 'The time for this attempt is over' });
    }
    expect((await begun(quiz)).id).not.toBe(late.id);
  });

  it('is looked at again as the answers are stored: nothing late slips in between', async () => {
    const quiz = await publishQuiz(author, trueFalse(1), timed);
    const attempt = await begun(quiz);
    const answer = await whileLocked(
      stack,
      `SELECT 1 FROM attempt_counts WHERE quiz_id = '${quiz.id}' FOR UPDATE`,
      1,
      async () => await handIn(quiz, { attemptId: attempt.id }),
      `UPDATE attempts SET deadline = now() - interval '3 s' WHERE id = '${attempt.id}'`,
    );
    expectProblem(answer, over);
    const stored = await stack.sql('SELECT 1 FROM submissions WHERE quiz_id = $1', [quiz.id]);
    expect(stored).toEqual([]);
  });

  it('counts an attempt as used when it was let pass', async () => {
    const quiz = await publishQuiz(author, trueFalse(1), { ...timed, attemptsAllowed: 2 });
    const someone = await stack.client().signUp();
    await endSecondsAgo(await begun(quiz, someone), 3);
    const second = await begun(quiz, someone);
    expect((await handIn(quiz, { attemptId: second.id }, someone)).status).toBe(202);
    for (let count = 0; count < 2; count += 1) expectProblem(await begin(quiz, someone), exhausted);
    const [row] = await stack.sql('SELECT used FROM attempt_counts WHERE quiz_id = $1', [quiz.id]);
    expect(row).toEqual({ used: 2 });
  });
});

describe('a version that was replaced', () => {
  const replace = async (quiz: QuizView, more: object = {}) =>
    expect(
      (await author.send('PUT', `/quizzes/${quiz.id}`, { title: 'Next', questions: trueFalse(1), ...more }))
        .status,
    ).toBe(200);
  const replacedHoursAgo = async (quiz: QuizView, hours: number) =>
    await stack.sql(
      `UPDATE quiz_versions SET created_at = now() - make_interval(hours => $2) WHERE quiz_id = $1 AND version = 2`,
      [quiz.id, hours],
    );

  it.each([
    ['time limit', timed],
    ['shuffle', { shuffle: true }],
  ])('keeps its %s, whatever the current one has', async (_what, more) => {
    const quiz = await publishQuiz(author, trueFalse(3), more);
    const attempt = await begun(quiz);
    await replace(quiz);
    expectProblem(await handIn(quiz, { quizVersion: 1 }), { ...invalid, paths: ['attemptId'] });
    if ('timeLimitSec' in more) {
      await endSecondsAgo(attempt, 3);
      expectProblem(await handIn(quiz, { attemptId: attempt.id }), over);
      expectProblem(await handIn(quiz, { quizVersion: 1 }), { ...invalid, paths: ['attemptId'] });
    } else expect((await handIn(quiz, { attemptId: attempt.id })).body).toMatchObject({ quizVersion: 1 });
  });

  it('needs no attempt because the current one does', async () => {
    const quiz = await publishQuiz(author, trueFalse(3));
    await replace(quiz, timed);
    expect((await handIn(quiz, { quizVersion: 1 })).body).toMatchObject({ quizVersion: 1, maxScore: 3 });
  });

  it('is taken for a day, after it from its attempts alone', async () => {
    const quiz = await publishQuiz(author, trueFalse(3, 100));
    const attempt = await begun(quiz);
    await replace(quiz);
    await replacedHoursAgo(quiz, 23);
    expect((await handIn(quiz, { quizVersion: 1 })).body).toMatchObject({ quizVersion: 1, maxScore: 300 });
    await replacedHoursAgo(quiz, 25);
    const refused = await handIn(quiz, { quizVersion: 1 });
    expectProblem(refused, over);
    expect(refused.body).toMatchObject({ detail: expect.stringMatching(/replaced .* take version 2$/) });
    expect((await handIn(quiz, { attemptId: attempt.id })).body).toMatchObject({ quizVersion: 1 });
    const current = (await learner.get<QuizView>(`/quizzes/${quiz.id}`)).body;
    expect((await handIn(current, { quizVersion: 2 })).status).toBe(202);
  });
});

describe('refused by name:', () => {
  it('answers without the attempt that a timed or shuffled quiz needs', async () => {
    for (const more of [timed, { shuffle: true }]) {
      const quiz = await publishQuiz(author, trueFalse(1), more);
      expectProblem(await handIn(quiz, {}), { ...invalid, paths: ['attemptId'] });
    }
  });

  it('an attempt that is none: unknown, somebody else’s, of another quiz, no id', async () => {
    const [quiz, another] = [
      await publishQuiz(author, trueFalse(1), timed),
      await publishQuiz(author, trueFalse(1), timed),
    ];
    const foreign = [await begun(quiz, await stack.client().signUp()), await begun(another)];
    const ids = [randomUUID(), ...foreign.map(({ id }) => id), '1', 7, [], {}, "' OR 1=1"];
    for (const attemptId of ids)
      expectProblem(await handIn(quiz, { attemptId }), { ...invalid, paths: ['attemptId'] });
  });

  it('beginning at a quiz that is not there, a draft, an archived one, or without a session', async () => {
    const draft = (await author.post<QuizView>('/quizzes', { title: 'Draft', questions: trueFalse(1) })).body;
    const archived = await publishQuiz(author, trueFalse(1), timed);
    const attempt = await begun(archived);
    await author.send('DELETE', `/quizzes/${archived.id}`);
    for (const quiz of [draft, archived]) expectProblem(await begin(quiz), over);
    expectProblem(await handIn(archived, { attemptId: attempt.id }), over);
    expectProblem(await learner.post(`/quizzes/${randomUUID()}/attempts`), {
      status: 404,
      code: 'not_found',
    });
    expectProblem(await learner.post('/quizzes/1/attempts'), { ...invalid, paths: ['id'] });
    expectProblem(await begin(draft, stack.client()), { status: 401, code: 'unauthenticated' });
  });

  it.each<[string, object, string]>([
    ['nine seconds', { timeLimitSec: 9 }, 'timeLimitSec'],
    ['more than a day', { timeLimitSec: 86_401 }, 'timeLimitSec'],
    ['half seconds', { timeLimitSec: 10.5 }, 'timeLimitSec'],
    ['a limit in words', { timeLimitSec: '600' }, 'timeLimitSec'],
    ['a shuffle in words', { shuffle: 'true' }, 'shuffle'],
    ['no attempts', { attemptsAllowed: 0 }, 'attemptsAllowed'],
  ])('a quiz with %s', async (_what, more, path) => {
    const body = { title: 'A quiz', questions: trueFalse(1), ...more };
    expectProblem(await author.post('/quizzes', body), { ...invalid, paths: [path] });
  });
});
