import type { Transaction } from '../database/database.service.js';
import type { Grade } from '../question/grader.js';
import type { LedgerLine } from './standing.js';

/** What is written on a submission when it is graded. */
export interface GradedSubmission {
  submissionId: string;
  grade: Grade;
  /** The sum of its ledger lines. */
  scoreAwarded: number;
  /** Of the key that it was graded by. */
  keyRevision: number;
}

// A statement of its own: the next one then sees what others committed while this one waited. NO KEY, since plain
// FOR UPDATE collides with the foreign keys of submissions that come in.
export async function lockUsers(tx: Transaction, userIds: string[]): Promise<void> {
  await tx.$executeRaw`SELECT id FROM users WHERE id = ANY(${userIds}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
}

// Each row brings an array of its own length, and unnest() flattens arrays of arrays: so they travel as text.
const arrayText = (credits: readonly (number | null)[]): string =>
  `{${credits.map((credit) => credit ?? 'NULL').join(',')}}`;

/** Writes grades, the first and those of a regrade. */
export async function storeGrades(tx: Transaction, graded: GradedSubmission[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE submissions s SET status = 'scored', scored_at = coalesce(s.scored_at, now()), score = one.score,
      score_awarded = one.awarded, breakdown = one.breakdown::jsonb, credits = one.credits::real[],
      key_revision = one.key_revision
    FROM unnest(
      ${graded.map(({ submissionId }) => submissionId)}::uuid[], ${graded.map(({ grade }) => grade.score)}::int[],
      ${graded.map(({ scoreAwarded }) => scoreAwarded)}::int[],
      ${graded.map(({ grade }) => JSON.stringify(grade.breakdown))}::text[],
      ${graded.map(({ grade }) => arrayText(grade.credits))}::text[],
      ${graded.map(({ keyRevision }) => keyRevision)}::int[]
    ) AS one (id, score, awarded, breakdown, credits, key_revision) WHERE s.id = one.id`;
}

/** Writes ledger lines with what follows from them: the best attempts and the users' standings. */
export async function storeLines(tx: Transaction, lines: LedgerLine[], regradeId?: string): Promise<void> {
  await tx.$executeRaw`
    WITH line AS (
      SELECT * FROM unnest(
        ${lines.map((line) => line.submissionId)}::uuid[], ${lines.map((line) => line.revision)}::int[],
        ${lines.map((line) => line.userId)}::uuid[], ${lines.map((line) => line.quizId)}::uuid[],
        ${lines.map((line) => line.delta)}::int[], ${lines.map((line) => line.solved)}::int[],
        ${lines.map((line) => line.seq)}::bigint[], ${lines.map((line) => line.totalScore)}::int[],
        ${lines.map((line) => line.quizzesSolved)}::int[], ${lines.map((line) => line.ordinal)}::bigint[],
        ${lines.map((line) => line.best)}::int[], ${lines.map((line) => line.bestOrdinal)}::bigint[]
      ) AS t (submission_id, revision, user_id, quiz_id, delta, solved, seq, total, quizzes, ordinal, best, best_ordinal)
    ), entry AS (
      INSERT INTO ledger (submission_id, revision, user_id, quiz_id, delta, solved, seq, total, ordinal, regrade_id)
      SELECT submission_id, revision, user_id, quiz_id, delta, solved, seq, total, ordinal, ${regradeId ?? null}::uuid
      FROM line
    ), best AS (
      INSERT INTO quiz_standings (user_id, quiz_id, best, ordinal)
      SELECT DISTINCT ON (user_id, quiz_id) user_id, quiz_id, best, best_ordinal FROM line
      ORDER BY user_id, quiz_id, seq DESC
      ON CONFLICT (user_id, quiz_id) DO UPDATE SET best = excluded.best, ordinal = excluded.ordinal
    )
    UPDATE users u SET total_score = last.total, quizzes_solved = last.quizzes, seq = last.seq, ordinal = last.ordinal,
      standing_at = now()
    FROM (SELECT DISTINCT ON (user_id) * FROM line ORDER BY user_id, seq DESC) last WHERE u.id = last.user_id`;
}
