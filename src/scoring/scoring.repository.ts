import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../database/database.service.js';
import type { Answer } from '../question/check-answers.js';
import type { Grade } from '../question/grader.js';
import { ledgerLines, type Candidate, type LedgerLine } from './standing.js';

/** A submission as the worker loads it, whatever its status. */
export interface LoadedSubmission {
  id: string;
  userId: string;
  username: string;
  quizId: string;
  quizVersion: number;
  status: 'queued' | 'scored' | 'failed';
  answers: Answer[];
}

/** A scored submission with its ledger line and the user's standing as it is now. */
export interface Scored {
  submissionId: string;
  userId: string;
  username: string;
  quizId: string;
  score: number;
  maxScore: number;
  delta: number;
  solved: number;
  /** Of the ledger line. */
  seq: bigint;
  /** After the ledger line. */
  total: number;
  /** Of the user now. */
  totalScore: number;
  /** Banned: the ledger counts on, the board does not show it. */
  banned: boolean;
  ordinal: bigint;
  userSeq: bigint;
}

@Injectable()
export class ScoringRepository {
  constructor(private readonly database: Database) {}

  async load(ids: string[]): Promise<LoadedSubmission[]> {
    return await this.database.$queryRaw<LoadedSubmission[]>`
      SELECT s.id, s.user_id AS "userId", u.username, s.quiz_id AS "quizId", s.quiz_version AS "quizVersion",
             s.status::text AS status, s.answers
      FROM submissions s JOIN users u ON u.id = s.user_id WHERE s.id = ANY(${ids}::uuid[])`;
  }

  /**
   * Writes the grades of what is still queued, in one transaction: the submissions, the best attempts, the ledger and
   * the users' standings. What another worker scored meanwhile is left alone.
   * @returns the ids that this call scored
   */
  async score(grades: ReadonlyMap<string, Grade>, userIds: string[]): Promise<Set<string>> {
    return await this.database.$transaction(
      async (tx) => {
        await lockUsers(tx, userIds);
        const found = await candidates(tx, [...grades.keys()]);
        const ordinals = found.map((row) => row.fresh).sort((a, b) => (a < b ? -1 : 1));
        const lines = ledgerLines(found, (id) => grades.get(id)?.score ?? 0, ordinals);
        if (lines.length > 0) await write(tx, lines, grades);
        return new Set(lines.map((line) => line.submissionId));
      },
      { maxWait: 2_000 },
    );
  }

  /** The scored ones among `ids`, in the order of their ledger lines; nobody is told of a deleted account's. */
  async scored(ids: string[]): Promise<Scored[]> {
    return await this.database.$queryRaw<Scored[]>`
      SELECT l.submission_id AS "submissionId", l.user_id AS "userId", u.username, l.quiz_id AS "quizId",
             s.score, s.max_score AS "maxScore", l.delta, l.solved, l.seq, l.total,
             u.total_score AS "totalScore", u.ordinal, u.seq AS "userSeq", u.status = 'banned' AS banned
      FROM ledger l JOIN submissions s ON s.id = l.submission_id JOIN users u ON u.id = l.user_id
      WHERE l.submission_id = ANY(${ids}::uuid[]) AND u.deleted_at IS NULL ORDER BY l.user_id, l.seq`;
  }

  async fail(id: string): Promise<void> {
    await this.database.$executeRaw`
      UPDATE submissions SET status = 'failed' WHERE id = ${id}::uuid AND status = 'queued'`;
  }

  /** Submissions that have waited over 5 s, oldest first. */
  async overdue(limit: number): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      SELECT id FROM submissions WHERE status = 'queued' AND submitted_at < now() - interval '5 seconds'
      ORDER BY submitted_at LIMIT ${limit}`;
    return rows.map((row) => row.id);
  }
}

// A statement of its own: the next one then sees what others committed while this one waited. NO KEY, since plain
// FOR UPDATE collides with the foreign keys of submissions that come in.
async function lockUsers(tx: Transaction, userIds: string[]): Promise<void> {
  await tx.$executeRaw`SELECT id FROM users WHERE id = ANY(${userIds}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
}

async function candidates(tx: Transaction, ids: string[]): Promise<(Candidate & { fresh: bigint })[]> {
  return await tx.$queryRaw<(Candidate & { fresh: bigint })[]>`
    SELECT s.id AS "submissionId", s.user_id AS "userId", s.quiz_id AS "quizId",
           u.total_score AS "totalScore", u.quizzes_solved AS "quizzesSolved", u.seq, u.ordinal,
           q.best, q.ordinal AS "bestOrdinal", nextval('standing_ordinal') AS fresh
    FROM submissions s JOIN users u ON u.id = s.user_id
    LEFT JOIN quiz_standings q ON q.user_id = s.user_id AND q.quiz_id = s.quiz_id
    WHERE s.id = ANY(${ids}::uuid[]) AND s.status = 'queued' ORDER BY s.id`;
}

// Each line brings an array of its own length, and unnest() flattens arrays of arrays: so they travel as text.
const arrayText = (credits: readonly (number | null)[]): string =>
  `{${credits.map((credit) => credit ?? 'NULL').join(',')}}`;

async function write(
  tx: Transaction,
  lines: LedgerLine[],
  grades: ReadonlyMap<string, Grade>,
): Promise<void> {
  const breakdowns = lines.map((line) => JSON.stringify(grades.get(line.submissionId)?.breakdown ?? []));
  const credits = lines.map((line) => arrayText(grades.get(line.submissionId)?.credits ?? []));
  await tx.$executeRaw`
    WITH line AS (
      SELECT * FROM unnest(
        ${lines.map((line) => line.submissionId)}::uuid[], ${lines.map((line) => line.userId)}::uuid[],
        ${lines.map((line) => line.quizId)}::uuid[], ${lines.map((line) => line.score)}::int[],
        ${breakdowns}::text[], ${credits}::text[], ${lines.map((line) => line.delta)}::int[], ${lines.map((line) => line.solved)}::int[],
        ${lines.map((line) => line.seq)}::bigint[], ${lines.map((line) => line.totalScore)}::int[],
        ${lines.map((line) => line.quizzesSolved)}::int[], ${lines.map((line) => line.ordinal)}::bigint[],
        ${lines.map((line) => line.best)}::int[], ${lines.map((line) => line.bestOrdinal)}::bigint[]
      ) AS t (submission_id, user_id, quiz_id, score, breakdown, credits, delta, solved, seq, total, quizzes, ordinal, best, best_ordinal)
    ), submission AS (
      UPDATE submissions s SET status = 'scored', scored_at = now(), score = line.score, score_awarded = line.delta,
        breakdown = line.breakdown::jsonb, credits = line.credits::real[]
      FROM line WHERE s.id = line.submission_id
    ), entry AS (
      INSERT INTO ledger (submission_id, revision, user_id, quiz_id, delta, solved, seq, total, ordinal)
      SELECT submission_id, 1, user_id, quiz_id, delta, solved, seq, total, ordinal FROM line
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
