import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import type { ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { expectProblem, rowCounts } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView, type SubmissionView } from '../support/quizzes.js';
import { regrade, regraded, withFalse, type RegradeView } from '../support/regrades.js';
import { Stack } from '../support/stack.js';
import { signUpMany, storm } from '../support/storm.js';
import { accounts, disagreeing, untilScored } from '../support/sums.js';

interface Change {
  submissionId: string;
  userId: string;
  previousScore: number;
  score: number;
  previousScoreAwarded: number;
  scoreAwarded: number;
  previousTotalScore: number;
  totalScore: number;
  previousRank: number | null;
  rank: number | null;
}
interface Preview {
  submissions: number;
  changed: number;
  changes: Change[];
}
interface Place {
  rank: number | null;
  score: number;
}

const COUNT = 6;
let stack: Stack;
let author: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 2, env: { LIMIT_SUBMISSION: '100000/60' } });
  author = await stack.author();
});
afterAll(async () => await stack.stop());

const submit = async (learner: ApiClient, quiz: QuizView, right: number): Promise<string> => {
  const answer = await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right));
  expect(answer.status).toBe(202);
  await untilScored(stack);
  return String(answer.body['id']);
};
const preview = async (quiz: QuizView, body: object) =>
  await author.post<Preview>(`/quizzes/${quiz.id}/regrade?dryRun=true`, body);
const place = async ({ user }: ApiClient) =>
  (await stack.client().get<Place>(`/leaderboards/global/users/${user.userId}`)).body;
const scoreOf = async (learner: ApiClient, id: string) =>
  (await learner.get<SubmissionView>(`/submissions/${id}`)).body;
const expectAgreement = async () => expect(disagreeing(await accounts(stack))).toEqual([]);

describe('a corrected key', () => {
  it('changes scores, totals and ranks as its dry run said, and tells the learners', async () => {
    const quiz = await publishQuiz(author, trueFalse(COUNT));
    const [anna, ben, cleo] = await signUpMany(stack, 3);
    if (!anna || !ben || !cleo) throw new Error('Three learners');
    // All true is right; the correction makes the last three false, so that Ben and Cleo have more than Anna.
    const best = await submit(anna, quiz, 6);
    const half = await submit(ben, quiz, 3);
    const second = await submit(ben, quiz, 4);
    const less = await submit(cleo, quiz, 2);
    const live = await LiveClient.connect(stack.url(1), ben);
    await live.subscribe({ topic: 'user' });
    expect(
      (await author.get<{ averageScore: number }>(`/quizzes/${quiz.id}/results`)).body.averageScore,
    ).toBe(3.75);

    const before = await rowCounts(stack);
    const foreseen = await preview(quiz, withFalse(COUNT, [3, 4, 5]));
    expect(foreseen.status).toBe(200);
    expect(await rowCounts(stack)).toEqual(before);
    const of = (id: string) => foreseen.body.changes.find((change) => change.submissionId === id);
    expect(foreseen.body.submissions).toBe(4);
    expect([foreseen.body.changed, foreseen.body.changes.length]).toEqual([4, 4]);
    expect(of(best)).toMatchObject({ previousScore: 6, score: 3, previousTotalScore: 6, totalScore: 3 });
    expect(of(best)).toMatchObject({ previousRank: 1, rank: 3 });
    expect(of(half)).toMatchObject({ previousScore: 3, score: 6, previousTotalScore: 4, totalScore: 6 });
    expect(of(second)).toMatchObject({ score: 5, previousScoreAwarded: 1, scoreAwarded: 0, previousRank: 2 });
    expect(of(less)).toMatchObject({ previousScore: 2, score: 5, previousRank: 3, rank: 2 });

    const done = await regrade(author, quiz.id, withFalse(COUNT, [3, 4, 5]));
    expect(done).toMatchObject({ status: 'done', processed: 3, total: 3, changed: 4 });
    expect(await scoreOf(anna, best)).toMatchObject({ score: 3, scoreAwarded: 3 });
    expect(await scoreOf(ben, half)).toMatchObject({ score: 6, scoreAwarded: 6 });
    expect(await scoreOf(ben, second)).toMatchObject({ score: 5, scoreAwarded: 0 });
    const places = [await place(ben), await place(cleo), await place(anna)];
    expect(places.map(({ rank, score }) => [rank, score])).toEqual([
      [1, 6],
      [2, 5],
      [3, 3],
    ]);
    const told = await live.next('submission.scored', ({ data }) => data['submissionId'] === half);
    expect(told.data).toMatchObject({ score: 6, scoreAwarded: 6, rank: 1, previousRank: 2 });
    await live.next('submission.scored', ({ data }) => data['submissionId'] === second);
    expect(live.of('submission.scored')).toHaveLength(2);
    const notice = await live.next('notification.created', ({ data }) => data['kind'] === 'score_corrected');
    expect(notice.data).toMatchObject({
      data: { quizId: quiz.id, title: 'A quiz', score: 6, previousScore: 4 },
    });
    live.close();
    const results = await author.get<{ averageScore: number; top: { score: number }[] }>(
      `/quizzes/${quiz.id}/results`,
    );
    expect(results.body.averageScore).toBe(4.75);
    expect(results.body.top.map(({ score }) => score)).toEqual([6, 5, 3]);
    await expectAgreement();
  });

  it('counts for what comes after it, and changes nothing when it comes again', async () => {
    const quiz = await publishQuiz(author, trueFalse(COUNT));
    const [learner] = await signUpMany(stack, 1);
    if (!learner) throw new Error('A learner');
    await submit(learner, quiz, 6);
    await regrade(author, quiz.id, withFalse(COUNT, [5]));
    expect(await scoreOf(learner, await submit(learner, quiz, 5))).toMatchObject({
      score: 6,
      scoreAwarded: 1,
    });
    const before = await rowCounts(stack);
    expect(await regrade(author, quiz.id, withFalse(COUNT, [5]))).toMatchObject({
      changed: 0,
      status: 'done',
    });
    expect((await rowCounts(stack))['ledger']).toBe(before['ledger']);
    const key = await author.get<{ questions: { correct: boolean }[] }>(`/quizzes/${quiz.id}/key`);
    expect(key.body.questions.map(({ correct }) => correct)).toEqual([true, true, true, true, true, false]);
    await expectAgreement();
  });

  it('leaves other versions as they were, and the best of all of them counts', async () => {
    const quiz = await publishQuiz(author, trueFalse(COUNT));
    const [learner] = await signUpMany(stack, 1);
    if (!learner) throw new Error('A learner');
    const first = await submit(learner, quiz, 4);
    await author.send('PUT', `/quizzes/${quiz.id}`, { title: 'Again', questions: trueFalse(COUNT) });
    const next = (await author.get<QuizView>(`/quizzes/${quiz.id}`)).body;
    const second = await submit(learner, next, 6);
    await regrade(author, quiz.id, withFalse(COUNT, [3, 4, 5]));
    expect(await scoreOf(learner, first)).toMatchObject({ score: 4, scoreAwarded: 4 });
    expect(await scoreOf(learner, second)).toMatchObject({ score: 3, scoreAwarded: 0 });
    expect((await place(learner)).score).toBe(4);
    await expectAgreement();
  });

  it('lets a learner fall off the board who has nothing left', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    const [learner] = await signUpMany(stack, 1);
    if (!learner) throw new Error('A learner');
    await submit(learner, quiz, 1);
    expect((await preview(quiz, withFalse(1, [0]))).body.changes).toMatchObject([
      { totalScore: 0, rank: null },
    ]);
    await regrade(author, quiz.id, withFalse(1, [0]));
    expect(await place(learner)).toMatchObject({ rank: null, score: 0 });
    await regrade(author, quiz.id, withFalse(1, []));
    expect((await place(learner)).score).toBe(1);
    await expectAgreement();
  });

  it('tells nobody the rank of who does not want to be seen on boards', async () => {
    const quiz = await publishQuiz(author, trueFalse(2));
    const [shy, seen] = await signUpMany(stack, 2);
    if (!shy || !seen) throw new Error('Two learners');
    for (const learner of [shy, seen]) await submit(learner, quiz, 2);
    const beSeen = async (leaderboardVisible: boolean) =>
      expect((await shy.send('PATCH', '/me', { leaderboardVisible })).status).toBe(200);
    await beSeen(false);
    const { changes } = (await preview(quiz, withFalse(2, [1]))).body;
    const of = ({ user }: ApiClient) => changes.find(({ userId }) => userId === user.userId);
    expect(of(shy)).toMatchObject({ score: 1, totalScore: 1, previousRank: null, rank: null });
    expect(of(seen)).toMatchObject({ previousRank: expect.any(Number), rank: expect.any(Number) });
    await beSeen(true);
  });

  it('lists a thousand changes, and says how many there are', async () => {
    const quiz = await publishQuiz(author, trueFalse(1));
    const [learner] = await signUpMany(stack, 1);
    if (!learner) throw new Error('A learner');
    await stack.sql(
      `INSERT INTO submissions (id, user_id, quiz_id, quiz_version, max_score, answers, submitted_at)
       SELECT gen_random_uuid(), $1, $2, 1, 1, $3::jsonb, now() - interval '1 minute' FROM generate_series(1, 1100)`,
      [learner.user.userId, quiz.id, JSON.stringify(answersTo(quiz).answers)],
    );
    await untilScored(stack);
    const { body } = await preview(quiz, withFalse(1, [0]));
    expect([body.submissions, body.changed, body.changes.length]).toEqual([1_100, 1_100, 1_000]);
    expect(body.changes[0]).toMatchObject({ previousTotalScore: 1, totalScore: 0, rank: null });
  });

  it('may be as large as a quiz', async () => {
    const questions = trueFalse(40).map((question) => ({ ...question, explanation: 'x'.repeat(10_000) }));
    const quiz = await publishQuiz(author, questions);
    expect(await regrade(author, quiz.id, { questions })).toMatchObject({ status: 'done', total: 0 });
  });

  it('reaches every submission that comes in while it is stored and applied', async () => {
    const quiz = await publishQuiz(author, trueFalse(COUNT));
    const learners = await signUpMany(stack, 20);
    const orders: Promise<RegradeView>[] = [];
    await storm({
      ...{ stack, learners, quizzes: [quiz], count: 400 },
      accepted: (done) => {
        if (done % 100 === 50) orders.push(regrade(author, quiz.id, withFalse(COUNT, [orders.length])));
      },
    });
    expect((await Promise.all(orders)).map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
    await untilScored(stack);
    const [row] = await stack.sql(
      `SELECT count(*)::int AS wrong FROM submissions s
       JOIN quiz_versions v ON v.quiz_id = s.quiz_id AND v.version = s.quiz_version
       WHERE s.quiz_id = $1 AND (s.key_revision <> v.key_revision OR s.score <> (
         SELECT count(*) FROM jsonb_array_elements(v.questions) q JOIN jsonb_array_elements(s.answers) a
         ON a ->> 'questionId' = q ->> 'id' WHERE a -> 'response' = q -> 'correct'))`,
      [quiz.id],
    );
    expect(row).toEqual({ wrong: 0 });
    await expectAgreement();
  });
});

describe('a regrade is refused', () => {
  let quiz: QuizView;
  beforeAll(async () => void (quiz = await publishQuiz(author, trueFalse(2))));
  const post = async (client: ApiClient, body: unknown, query = '', headers = {}) =>
    await client.post(`/quizzes/${quiz.id}/regrade${query}`, body, headers);

  it('to who may not change the quiz', async () => {
    const [learner] = await signUpMany(stack, 1);
    const other = await stack.author();
    const refused = await post(learner as ApiClient, withFalse(2, [0]));
    expectProblem(refused, { status: 403, code: 'forbidden' });
    expectProblem(await post(other, withFalse(2, [0])), { status: 403, code: 'forbidden' });
    expectProblem(await post(stack.client(), withFalse(2, [0])), { status: 401, code: 'unauthenticated' });
    const done = await regrade(author, quiz.id, withFalse(2, []));
    const url = `/quizzes/${quiz.id}/regrades/${done.id}`;
    expectProblem(await other.get(url), { status: 403, code: 'forbidden' });
    expect((await (await stack.admin()).get(url)).status).toBe(200);
  });

  it('where more than the key is changed', async () => {
    const questions = trueFalse(2);
    const cases: [unknown, string][] = [
      [{ questions: [{ ...questions[0], prompt: 'Other' }, questions[1]] }, 'questions.0.prompt'],
      [{ questions: [questions[0], { ...questions[1], points: 7 }] }, 'questions.1.points'],
      [{ questions: trueFalse(3) }, 'questions'],
      [
        { questions: [questions[0], { type: 'true_false', prompt: 'Statement 2 is true.' }] },
        'questions.1.correct',
      ],
      [{}, 'questions'],
    ];
    for (const [body, path] of cases) {
      const refusal = { status: 400, code: 'validation_failed', paths: [path] };
      expectProblem(await post(author, body), refusal);
      expectProblem(await post(author, body, '?dryRun=true'), refusal);
    }
    expectProblem(await post(author, withFalse(2, []), '?dryRun=perhaps'), {
      ...{ status: 400, code: 'validation_failed', paths: ['dryRun'] },
    });
  });

  it('for a draft, for what is not there, and for what was changed meanwhile', async () => {
    const draft = await author.post('/quizzes', { title: 'A draft', questions: trueFalse(2) });
    const url = `/quizzes/${String(draft.body['id'])}/regrade`;
    expectProblem(await author.post(url, withFalse(2, [0])), { status: 409, code: 'quiz_not_open' });
    const nowhere = await author.post(`/quizzes/${newId()}/regrade`, withFalse(2, [0]));
    expectProblem(nowhere, { status: 404, code: 'not_found' });
    const unknown = await author.get(`/quizzes/${quiz.id}/regrades/${newId()}`);
    expectProblem(unknown, { status: 404, code: 'not_found' });
    const etag = (await author.get(`/quizzes/${quiz.id}`)).headers.get('etag') ?? '';
    const first = await post(author, withFalse(2, [0]), '', { 'if-match': etag });
    expect([first.status, first.headers.get('etag')]).toEqual([
      202,
      (await author.get(`/quizzes/${quiz.id}`)).headers.get('etag'),
    ]);
    expect(first.headers.get('location')).toBe(
      `/api/v1/quizzes/${quiz.id}/regrades/${String(first.body['id'])}`,
    );
    const stale = await post(author, withFalse(2, [1]), '', { 'if-match': etag });
    expectProblem(stale, { status: 412, code: 'version_conflict' });
    await regraded(author, quiz.id, String(first.body['id']));
  });
});
