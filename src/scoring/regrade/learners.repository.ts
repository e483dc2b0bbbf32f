import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.service.js';
import type { Answer } from '../../question/check-answers.js';
import { grade } from '../../question/grader.js';
import type { StoredQuestion } from '../../question/question.types.js';
import type { GradedSubmission } from '../ledger.js';
import type { Learner, ScoredSubmission } from './compensation.js';
import { ANSWERS_AT_ONCE, LEARNERS_AT_ONCE, SUBMISSIONS_AT_ONCE } from './regrade.pages.js';

/** What to grade again, and by which key. */
export interface RegradeOf {
  quizId: string;
  version: number;
  /** Of the key; what was graded by an older one is graded again. */
  keyRevision: number;
  questions: StoredQuestion[];
}

/** `hidden`: does not want to be seen on boards. */
export type NamedLearner = Learner & { username: string; hidden: boolean };

/** Takes new grades as they come, so that they need not be held. */
export type GradeSink = (grades: GradedSubmission[]) => Promise<void>;

/** `due`: graded by an older key. */
type Row = Omit<ScoredSubmission, 'newScore'> & { userId: string; due: boolean };

/** Those who took a quiz, with what they would have by another key. */
@Injectable()
export class LearnersRepository {
  constructor(private readonly database: Database) {}

  /** Who was scored on a quiz, by id: as many as are done at once. */
  async page(quizId: string, afterId: string): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ userId: string }[]>`
      WITH learner AS (
        SELECT user_id FROM quiz_standings WHERE quiz_id = ${quizId}::uuid AND user_id > ${afterId}::uuid
        ORDER BY user_id LIMIT ${LEARNERS_AT_ONCE}
      ), counted AS (
        SELECT user_id, row_number() OVER by_id AS place, sum(handed_in) OVER by_id AS so_far
        FROM learner CROSS JOIN LATERAL (
          SELECT count(*) AS handed_in FROM submissions s WHERE s.user_id = learner.user_id AND s.quiz_id = ${quizId}::uuid
        ) own WINDOW by_id AS (ORDER BY user_id)
      )
      SELECT user_id AS "userId" FROM counted WHERE place = 1 OR so_far <= ${SUBMISSIONS_AT_ONCE} ORDER BY user_id`;
    return rows.map(({ userId }) => userId);
  }

  /** These learners, by id, with their submissions graded again where the key is a later one. */
  async load(tx: Transaction, of: RegradeOf, userIds: string[], sink?: GradeSink): Promise<NamedLearner[]> {
    const learners = await tx.$queryRaw<Omit<NamedLearner, 'submissions'>[]>`
      SELECT u.id AS "userId", u.username, NOT u.leaderboard_visible AS hidden, q.quiz_id AS "quizId", u.total_score AS "totalScore",
             u.quizzes_solved AS "quizzesSolved", u.seq, u.ordinal, q.best, q.ordinal AS "bestOrdinal"
      FROM users u JOIN quiz_standings q ON q.user_id = u.id AND q.quiz_id = ${of.quizId}::uuid
      WHERE u.id = ANY(${userIds}::uuid[]) ORDER BY u.id`;
    const rows = await tx.$queryRaw<Row[]>`
      SELECT s.id AS "submissionId", s.user_id AS "userId", s.score, s.score_awarded AS "scoreAwarded",
             (SELECT max(l.revision) FROM ledger l WHERE l.submission_id = s.id) AS revision,
             s.quiz_version = ${of.version} AND s.key_revision < ${of.keyRevision} AS due
      FROM submissions s JOIN ledger first ON first.submission_id = s.id AND first.revision = 1
      WHERE s.quiz_id = ${of.quizId}::uuid AND s.user_id = ANY(${userIds}::uuid[]) ORDER BY first.seq`;
    const due = rows.filter((row) => row.due).map(({ submissionId }) => submissionId);
    const newScores = await gradeAgain(tx, of, due, sink);
    const submissions = new Map<string, ScoredSubmission[]>(userIds.map((userId) => [userId, []]));
    for (const { userId, submissionId, score, scoreAwarded, revision } of rows) {
      const newScore = newScores.get(submissionId);
      submissions.get(userId)?.push({ submissionId, score, scoreAwarded, revision, newScore });
    }
    return learners.map((learner) => ({ ...learner, submissions: submissions.get(learner.userId) ?? [] }));
  }
}

/** @returns the new scores by submission */
async function gradeAgain(
  tx: Transaction,
  { questions, keyRevision }: RegradeOf,
  ids: string[],
  sink?: GradeSink,
): Promise<Map<string, number>> {
  const scores = new Map<string, number>();
  for (let from = 0; from < ids.length; from += ANSWERS_AT_ONCE) {
    const some = await answersOf(tx, ids.slice(from, from + ANSWERS_AT_ONCE));
    const grades = some.map(({ submissionId, answers }) => ({
      submissionId,
      graded: { grade: grade(questions, answers), keyRevision },
    }));
    for (const { submissionId, graded } of grades) scores.set(submissionId, graded.grade.score);
    await sink?.(grades);
  }
  return scores;
}

async function answersOf(
  tx: Transaction,
  ids: string[],
): Promise<{ submissionId: string; answers: Answer[] }[]> {
  return await tx.$queryRaw`
    SELECT id AS "submissionId", answers FROM submissions WHERE id = ANY(${ids}::uuid[])`;
}
