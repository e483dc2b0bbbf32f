import type { Transaction } from '../database/database.service.js';
import type { Grade } from '../question/grader.js';
import type { LedgerLine } from './standing.js';

/** What is written on a submission: one of the two, or both. */
export interface GradedSubmission {
  submissionId: string;
  /** The sum of its ledger lines; absent where it stays. */
  scoreAwarded?: number;
  /** Absent where only the award changes. */
  graded?: KeyedGrade;
}

/** A grade, and the revision of the key that it is by. */
export interface KeyedGrade {
  grade: Grade;
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

/** Writes grades and awards, the first and those of a regrade. */
export async function storeGrades(tx: Transaction, rows: GradedSubmission[]): Promise<void> {
  if (rows.length === 0) return;
  const breakdowns = rows.map(({ graded }) => (graded ? JSON.stringify(graded.grade.breakdown) : null));
  const credits = rows.map(({ graded }) => (graded ? arrayText(graded.grade.credits) : null));
  await tx.$executeRaw`
    UPDATE submissions s SET status = 'scored', scored_at = coalesce(s.scored_at, now()),
      score = coalesce(one.score, s.score), score_awarded = coalesce(one.awarded, s.score_awarded),
      breakdown = coalesce(one.breakdown::jsonb, s.breakdown), credits = coalesce(one.credits::real[], s.credits),
      key_revision = coalesce(one.key_revision, s.key_revision)
    FROM unnest(
      ${rows.map(({ submissionId }) => submissionId)}::uuid[], ${rows.map(({ scoreAwarded }) => scoreAwarded ?? null)}::int[],
      ${rows.map(({ graded }) => graded?.grade.score ?? null)}::int[], ${breakdowns}::text[], ${credits}::text[],
      ${rows.map(({ graded }) => graded?.keyRevision ?? null)}::int[]
    ) AS one (id, awarded, score, breakdown, credits, key_revision) WHERE s.id = one.id`;
}

/** Writes ledger lines with what follows from them: the best attempts and the users' standings. */
export async function storeLines(tx: Transaction, lines: LedgerLine[], regradeId?: string): Promise<void> {
  if (lines.length === 0) return;
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
      INSERT INTO ledger
        (submission_id, revision, user_id, quiz_id, delta, solved, seq, total, ordinal, accepted_on, regrade_id)
      SELECT line.submission_id, line.revision, line.user_id, line.quiz_id, line.delta, line.solved, line.seq, line.total,
        line.ordinal, (s.submitted_at AT TIME ZONE 'UTC')::date, ${regradeId ?? null}::uuid
      FROM line JOIN submissions s ON s.id = line.submission_id
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
