import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import type { ApiClient } from '../support/api-client.js';
import { sized } from '../support/drill.js';
import { publishQuiz, trueFalse, type QuizView, type SubmissionView } from '../support/quizzes.js';
import { regraded, type RegradeView } from '../support/regrades.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { withTimes } from '../support/times.js';

const QUESTIONS = 500;
/** 500 explanations of 9,500 letters: 4.75 MB, near the 5 MB that a quiz may have. */
const EXPLAINED = trueFalse(QUESTIONS).map((question) => ({ ...question, explanation: 'x'.repeat(9_500) }));
const SUBMISSIONS = 100;
const TAKEN = sized({ short: 500, whole: 1_500 });

let stack: Stack;
let author: ApiClient;
let quiz: QuizView;
let learner: ApiClient;

beforeAll(async () => {
  // A process that held a text of the quiz for each submission, or every quiz it met, would end for want of memory.
  const env = { NODE_OPTIONS: `${withTimes().NODE_OPTIONS} --max-old-space-size=256` };
  stack = await Stack.start({ apis: 1, workers: 1, env });
  author = await stack.author();
  quiz = await publishQuiz(author, EXPLAINED);
  learner = await stack.client().signUp();
});
afterAll(async () => await stack.stop());

/** Submissions to these quizzes, which the sweeper finds. */
async function submit(quizIds: string[], client = learner): Promise<void> {
  const answers = quiz.questions.map(({ id }, index) => ({ questionId: id, response: index % 2 === 0 }));
  await stack.sql(
    `INSERT INTO submissions (id, user_id, quiz_id, quiz_version, max_score, answers, submitted_at)
     SELECT id, $3, quiz_id, 1, ${QUESTIONS}, $4::jsonb, now() - interval '1 minute'
     FROM unnest($1::uuid[], $2::uuid[]) AS t (id, quiz_id)`,
    [quizIds.map(() => newId()), quizIds, client.user.userId, JSON.stringify(answers)],
  );
}

/** The same quiz so many times over. */
async function copies(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  for (const [table, id] of [
    ['quizzes', 'id'],
    ['quiz_versions', 'quiz_id'],
  ] as const) {
    const columns = await stack.sql<{ name: string }>(
      'SELECT quote_ident(column_name) AS name FROM information_schema.columns WHERE table_name = $1 AND column_name <> $2',
      [table, id],
    );
    const rest = columns.map(({ name }) => name).join(', ');
    await stack.sql(
      `INSERT INTO ${table} (${id}, ${rest}) SELECT copy, ${rest} FROM ${table}, unnest($1::uuid[]) AS copy WHERE ${id} = $2`,
      [ids, quiz.id],
    );
  }
  return ids;
}

describe('quizzes as large as they may be, in 256 MB of heap', () => {
  it('are scored a hundred submissions at once, and listed a hundred at once', async () => {
    await submit(Array.from({ length: SUBMISSIONS }, () => quiz.id));
    await untilScored(stack, 60_000);
    const list = await learner.get<{ data: SubmissionView[] }>(`/me/submissions?limit=${SUBMISSIONS}`);
    expect(list.body.data.map(({ score }) => score)).toEqual(
      Array.from({ length: SUBMISSIONS }, () => QUESTIONS / 2),
    );
    expect(list.text.length).toBeLessThan(SUBMISSIONS * QUESTIONS * 120);
    expect(list.text).not.toContain('feedback');
    const one = await learner.get<SubmissionView>(`/submissions/${list.body.data[0]?.id ?? ''}`);
    expect(one.body.breakdown.map(({ feedback }) => feedback?.length)).toEqual(
      EXPLAINED.map(({ explanation }) => explanation.length),
    );
    expect(stack.workers.map(({ running }) => running)).toEqual([true]);
  });

  it('are scored where each of a hundred submissions is to another one', async () => {
    await submit(await copies(SUBMISSIONS));
    await untilScored(stack, 60_000);
    expect(stack.workers.map(({ running }) => running)).toEqual([true]);
  });

  it('are graded again, however often one learner took them', async () => {
    const again = await publishQuiz(author, EXPLAINED);
    const keen = await stack.client().signUp();
    quiz = again;
    await submit(
      Array.from({ length: TAKEN }, () => again.id),
      keen,
    );
    await untilScored(stack, 100_000);
    const questions = EXPLAINED.map((question, index) => ({ ...question, correct: index > 0 }));
    const path = `/quizzes/${again.id}/regrade`;
    const foreseen = await author.post(`${path}?dryRun=true`, { questions });
    expect(foreseen.body).toMatchObject({ submissions: TAKEN });
    const { body } = await author.post<RegradeView>(path, { questions });
    expect(await regraded(author, again.id, body.id, 60_000)).toMatchObject({
      ...{ status: 'done', processed: 1, changed: TAKEN },
    });
    expect(stack.workers.map(({ running }) => running)).toEqual([true]);
  });
});
