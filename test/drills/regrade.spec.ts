import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from '../support/api-client.js';
import { sized } from '../support/drill.js';
import { publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { regraded, withFalse, type RegradeView } from '../support/regrades.js';
import { Stack } from '../support/stack.js';
import { accounts, disagreeing, untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const LEARNERS = sized({ short: 400, whole: 1_000 });
const QUESTIONS = 4;
let stack: Stack;
let author: ApiClient;
let quiz: QuizView;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 2 });
  author = await stack.author();
  quiz = await publishQuiz(author, trueFalse(QUESTIONS));
  await submitted();
});
afterAll(async () => await stack.stop());

/** Learners with two submissions each, which the sweeper finds and the workers score. */
async function submitted(): Promise<void> {
  const ids = Array.from({ length: LEARNERS }, () => newId());
  await stack.sql(
    `INSERT INTO users (id, email, username, username_key, display_name, password_hash)
     SELECT id, id || '@example.org', 'l' || right(id::text, 12), 'l' || right(id::text, 12), 'L', 'none'
     FROM unnest($1::uuid[]) AS id`,
    [ids],
  );
  const answers = Array.from({ length: QUESTIONS + 1 }, (_, right) =>
    JSON.stringify(quiz.questions.map(({ id }, index) => ({ questionId: id, response: index < right }))),
  );
  const rows = ids.flatMap((userId, index) =>
    [index, index + 2].map((right) => ({ id: newId(), userId, answers: answers[right % answers.length] })),
  );
  await stack.sql(
    `INSERT INTO submissions (id, user_id, quiz_id, quiz_version, max_score, answers, submitted_at)
     SELECT id, user_id, $4, 1, ${QUESTIONS}, answers::jsonb, now() - interval '1 minute'
     FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS t (id, user_id, answers)`,
    [...(['id', 'userId', 'answers'] as const).map((name) => rows.map((row) => row[name])), quiz.id],
  );
  await untilScored(stack);
}

const progress = async (id: string) =>
  (await author.get<RegradeView>(`/quizzes/${quiz.id}/regrades/${id}`)).body;

describe('a regrade whose workers are killed and whose Redis is emptied half-way', () => {
  it('is applied exactly once', async () => {
    const ordered = await author.post<RegradeView>(
      `/quizzes/${quiz.id}/regrade`,
      withFalse(QUESTIONS, [0, 3]),
    );
    expect(ordered.status).toBe(202);
    const { id } = ordered.body;
    const killedAt: number[] = [];
    for (const share of [0.1, 0.4, 0.7]) {
      await waitUntil('the regrade moves on', async () => (await progress(id)).processed > share * LEARNERS);
      await Promise.all(stack.workers.map(async (worker) => await worker.kill('SIGKILL')));
      await stack.redis.flushall();
      killedAt.push((await progress(id)).processed);
      stack.startWorker();
    }
    expect(killedAt[0]).toBeLessThan(LEARNERS);
    expect(await regraded(author, quiz.id, id, 60_000)).toMatchObject({
      ...{ status: 'done', processed: LEARNERS, total: LEARNERS },
    });

    const [rows] = await stack.sql(
      `SELECT count(*) FILTER (WHERE s.score <> (
           SELECT count(*) FROM jsonb_array_elements(v.questions) q JOIN jsonb_array_elements(s.answers) a
           ON a ->> 'questionId' = q ->> 'id' WHERE a -> 'response' = q -> 'correct'))::int AS "wrongScores",
         count(*) FILTER (WHERE s.score_awarded <> l.delta)::int AS "wrongAwards",
         count(*) FILTER (WHERE l.lines > 2)::int AS "countedTwice", max(l.lines)::int AS "mostLines"
       FROM submissions s JOIN quiz_versions v ON v.quiz_id = s.quiz_id AND v.version = s.quiz_version
       JOIN (SELECT submission_id, sum(delta) AS delta, count(*) AS lines FROM ledger GROUP BY 1) l
         ON l.submission_id = s.id`,
    );
    expect(rows).toEqual({ wrongScores: 0, wrongAwards: 0, countedTwice: 0, mostLines: 2 });
    const [notices] = await stack.sql<{ told: number; learners: number; concerned: number }>(
      `SELECT count(*)::int AS told, count(DISTINCT user_id)::int AS learners,
         (SELECT count(DISTINCT user_id)::int FROM ledger WHERE regrade_id = $1) AS concerned
       FROM notifications WHERE kind = 'score_corrected' AND occasion = $1::text`,
      [id],
    );
    expect(notices?.concerned).toBeGreaterThan(LEARNERS / 2);
    expect([notices?.told, notices?.learners]).toEqual([notices?.concerned, notices?.concerned]);
    const [totals] = await stack.sql(
      `SELECT count(*)::int AS wrong FROM users u JOIN (
         SELECT user_id, max(score) AS best FROM submissions GROUP BY 1) s ON s.user_id = u.id
       WHERE u.total_score <> s.best`,
    );
    expect(totals).toEqual({ wrong: 0 });
    await waitUntil('the board is whole', async () => {
      const page = await author.get<{ size: number }>('/leaderboards/global');
      return page.status === 200 && (await stack.redis.exists(keys.leaderboard.ready('global', 'all'))) === 1;
    });
    expect(disagreeing(await accounts(stack))).toEqual([]);
  });
});
