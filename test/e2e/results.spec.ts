import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { ReadProbe } from '../support/read-probe.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

interface ResultsView {
  quizVersion: number;
  submissions: number;
  top: { username: string; score: number }[];
  generatedAt: string;
}

let stack: Stack;
let author: ApiClient;
let learners: ApiClient[];

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 1, env: { LIMIT_SUBMISSION: '1000/60' } });
  author = await stack.author();
  learners = await Promise.all([0, 1, 0].map(async (index) => await stack.client(index).signUp()));
});
afterAll(async () => await stack.stop());

const learner = (index = 0): ApiClient => learners[index] ?? author;
const results = async (client: ApiClient, quizId: string, headers?: Record<string, string>) =>
  await client.get<ResultsView>(`/quizzes/${quizId}/results`, headers);
const submit = async (client: ApiClient, quiz: QuizView, body: object) => {
  expect((await client.post(`/quizzes/${quiz.id}/submissions`, body)).status).toBe(202);
};
/** As when its 60 s are over. */
const expire = async (quizId: string) => await stack.redis.del(keys.cache.value(`results:${quizId}`));

describe('the results of a quiz', () => {
  it('tell what became of it', async () => {
    const quiz = await publishQuiz(author, trueFalse(4));
    const [one, two, three, four] = quiz.questions.map(({ id }) => id);
    const [anna, ben, cleo] = [learner(0), learner(1), learner(2)];
    await submit(anna, quiz, answersTo(quiz, 4));
    await untilScored(stack);
    await submit(ben, quiz, answersTo(quiz, 1));
    await submit(ben, quiz, { answers: [{ questionId: one, response: true }] });
    await submit(cleo, quiz, { answers: [] });
    await untilScored(stack);
    const { status, body } = await results(cleo, quiz.id);
    expect([status, body]).toEqual([
      200,
      {
        ...{
          quizId: quiz.id,
          quizVersion: 1,
          submissions: 4,
          participants: 3,
          averageScore: 1.5,
          maxScore: 4,
        },
        distribution: [1, 0, 2, 0, 0, 0, 0, 0, 0, 1],
        questions: [
          { questionId: one, answered: 3, averageCredit: 0.75 },
          { questionId: two, answered: 2, averageCredit: 0.25 },
          { questionId: three, answered: 2, averageCredit: 0.25 },
          { questionId: four, answered: 2, averageCredit: 0.25 },
        ],
        top: [
          { userId: anna.user.userId, username: anna.user.username, score: 4 },
          { userId: ben.user.userId, username: ben.user.username, score: 1 },
        ],
        generatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
  });

  it('sum up each of many questions, whoever left out how many', async () => {
    const quiz = await publishQuiz(author, trueFalse(43));
    for (const [index, count] of [43, 20, 21, 0].entries()) {
      const { answers } = answersTo(quiz, 43 - index);
      await submit(learner(index % 3), quiz, { answers: answers.slice(0, count) });
    }
    await untilScored(stack);
    const { body } = await author.get<{ questions: object[] }>(`/quizzes/${quiz.id}/results`);
    expect(body.questions).toEqual(
      quiz.questions.map(({ id }, at) => {
        const answered = at < 20 ? 3 : at < 21 ? 2 : 1;
        return { questionId: id, answered, averageCredit: answered / 4 };
      }),
    );
  });

  it('leave out of the top who is banned', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    const cheat = await stack.client().signUp();
    await submit(cheat, quiz, answersTo(quiz));
    await untilScored(stack);
    expect((await results(author, quiz.id)).body.top).toHaveLength(1);
    const banned = await (
      await stack.admin()
    ).send('PATCH', `/admin/users/${cheat.user.userId}`, { status: 'banned' });
    expect(banned.status).toBe(200);
    expect((await results(author, quiz.id)).body).toMatchObject({ submissions: 1, top: [] });
  });

  it('are those of a quiz nobody took: zeros', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    expect((await results(learner(), quiz.id)).body).toMatchObject({
      ...{ submissions: 0, participants: 0, averageScore: 0, top: [] },
      questions: [{ answered: 0, averageCredit: 0 }],
    });
  });

  it('are computed once a minute for all processes, and say how old they are', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    const first = await results(learner(0), quiz.id);
    expect([first.headers.get('x-cache'), first.headers.get('age')]).toEqual(['MISS', '0']);
    await submit(learner(0), quiz, answersTo(quiz));
    await untilScored(stack);
    const second = await results(learner(1), quiz.id);
    expect([second.headers.get('x-cache'), second.body]).toEqual(['HIT', first.body]);
    expect(Number(second.headers.get('age'))).toBeLessThan(60);
    const name = keys.cache.value(`results:${quiz.id}`);
    expect(await stack.redis.ttl(name)).toBeLessThanOrEqual(60);
    await expire(quiz.id);
    expect((await results(learner(1), quiz.id)).body.submissions).toBe(1);
  });

  it('have an ETag that stays while the figures do', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    const etag = (await results(learner(0), quiz.id)).headers.get('etag') ?? '';
    const ask = async () => await results(learner(1), quiz.id, { 'if-none-match': etag });
    const same = await ask();
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag]);
    await expire(quiz.id);
    expect((await ask()).status).toBe(304);
    await submit(learner(0), quiz, answersTo(quiz));
    await untilScored(stack);
    await expire(quiz.id);
    expect((await ask()).status).toBe(200);
  });

  it('are for everybody while it is published, else for its author and admins', async () => {
    const missing = { status: 404, code: 'not_found' };
    const created = await author.post<QuizView>('/quizzes', { title: 'A draft', questions: trueFalse(1) });
    const { id } = created.body;
    const admin = await stack.admin(1);
    const readers = async () => {
      for (const reader of [author, admin]) expect((await results(reader, id)).status).toBe(200);
      return await results(learner(), id);
    };
    expectProblem(await readers(), missing);
    await author.post(`/quizzes/${id}/publish`);
    expect((await readers()).status).toBe(200);
    await author.send('DELETE', `/quizzes/${id}`);
    expectProblem(await readers(), missing);
    expectProblem(await results(admin, '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10'), missing);
    expectProblem(await results(admin, 'x'), { status: 400, code: 'validation_failed' });
  });
});

describe('the cache of results', () => {
  const put = async (quizId: string) =>
    await author
      .at(stack.url(1))
      .send('PUT', `/quizzes/${quizId}`, { title: 'Next', questions: trueFalse(2) });

  it('shows the next version at once, in every process', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    for (const index of [0, 1]) await results(learner(index), quiz.id);
    expect((await put(quiz.id)).status).toBe(200);
    for (const index of [0, 1]) {
      expect((await results(learner(index), quiz.id)).body).toMatchObject({ quizVersion: 2, submissions: 0 });
    }
  });

  it('is not given the old value by a reader held up between its SELECT and its SET', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    await submit(learner(0), quiz, answersTo(quiz));
    await untilScored(stack);
    const probe = await ReadProbe.on(stack, 'quiz_standings');
    const goOn = await probe.hold();
    const held = results(learner(0), quiz.id);
    try {
      await waitUntil('a reader is in its SELECT', async () => (await probe.held()) === 1);
      expect((await put(quiz.id)).status).toBe(200);
    } finally {
      await goOn();
      await held;
      await probe.remove();
    }
    expect((await held).body).toMatchObject({ quizVersion: 1, submissions: 1 });
    for (const index of [0, 1, 0, 1])
      expect((await results(learner(index), quiz.id)).body).toMatchObject({ quizVersion: 2 });
  });

  it.each([
    ['an archiving', 'DELETE', '', 204, 404],
    ['a publishing', 'POST', '/publish', 200, 200],
  ] as const)('shows %s that had to wait for the row', async (_what, method, path, done, seen) => {
    const questions = trueFalse(1);
    const created = await author.post<QuizView>('/quizzes', { title: 'Waited for', questions });
    const { id } = created.body;
    if (method === 'DELETE') await author.post(`/quizzes/${id}/publish`);
    await results(author, id);
    const blocker = await stack.database.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT 1 FROM quizzes WHERE id = $1 FOR UPDATE', [id]);
    const moving = author.send(method, `/quizzes/${id}${path}`);
    // Longer than a lone statement is waited for.
    await waitUntil('it waits for 1.5 s', async () => {
      const waiting = await stack.sql(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND now() - query_start > interval '1.5 s'`,
      );
      return waiting.length > 0;
    });
    expect((await results(author, id)).headers.get('x-cache')).toBe('MISS');
    await blocker.query('COMMIT');
    blocker.release();
    expect((await moving).status).toBe(done);
    for (const index of [0, 1]) expect((await results(learner(index), id)).status).toBe(seen);
  });
});
