import { Injectable } from '@nestjs/common';
import { Database, Prisma, type Transaction } from '../database/database.service.js';
import type { Answer } from '../question/check-answers.js';
import { lockUsers, storeGrades, storeLines, type KeyedGrade } from './ledger.js';
import { ledgerLines, type Candidate } from './standing.js';

/** A submission as the worker loads it, whatever its status. */
export interface LoadedSubmission {
  id: string;
  userId: string;
  username: string;
  quizId: string;
  quizVersion: number;
  /** Of the key to grade by. */
  keyRevision: number;
  status: 'queued' | 'scored' | 'failed';
  /** Graded and told to its owner; without a line in the ledger it counts nowhere. */
  preview: boolean;
  answers: Answer[];
}

/**
 * A scored submission with one of its ledger lines and the user's standing as it is now; a preview as if it had a line
 * that changes nothing.
 */
export interface Scored {
  submissionId: string;
  /** Above 1: of a regrade. */
  revision: number;
  userId: string;
  username: string;
  quizId: string;
  score: number;
  maxScore: number;
  /** Of the submission now. */
  scoreAwarded: number;
  /** The UTC day on which it was accepted, such as `2026-11-24`. */
  acceptedOn: string;
  /** Of the ledger line. */
  delta: number;
  solved: number;
  /** Of the ledger line; 0 for a preview. */
  seq: bigint;
  /** After the ledger line. */
  total: number;
  /** Of the user now. */
  totalScore: number;
  /** Banned or dormant: the ledger counts on, the board does not show it. */
  offBoards: boolean;
  /** Does not want to be seen on boards. */
  hidden: boolean;
  /** Of the user now, as the global board counts it. */
  ordinal: bigint;
  userSeq: bigint;
  /** Of the user on the quiz now; null for a preview. */
  best: number | null;
  bestOrdinal: bigint | null;
}

@Injectable()
export class ScoringRepository {
  constructor(private readonly database: Database) {}

  async load(ids: string[]): Promise<LoadedSubmission[]> {
    return await this.database.$queryRaw<LoadedSubmission[]>`
      SELECT s.id, s.user_id AS "userId", u.username, s.quiz_id AS "quizId", s.quiz_version AS "quizVersion",
             v.key_revision AS "keyRevision", s.status::text AS status, s.preview, s.answers
      FROM submissions s JOIN users u ON u.id = s.user_id
      JOIN quiz_versions v ON v.quiz_id = s.quiz_id AND v.version = s.quiz_version
      WHERE s.id = ANY(${ids}::uuid[])`;
  }

  /**
   * Writes the grades of what is still queued, in one transaction: the submissions, the best attempts, the ledger and
   * the users' standings. What another worker scored meanwhile is left alone, and so is what was graded by a key that
   * was corrected meanwhile.
   * @returns the ids that this call scored, and those to be graded again
   */
  async score(
    grades: ReadonlyMap<string, KeyedGrade>,
    userIds: string[],
  ): Promise<{ scored: Set<string>; outdated: string[] }> {
    if (grades.size === 0) return { scored: new Set(), outdated: [] };
    return await this.database.$transaction(
      async (tx) => {
        await lockUsers(tx, userIds);
        const found = await candidates(tx, [...grades.keys()]);
        const isOutdated = (row: Keyed) => grades.get(row.submissionId)?.keyRevision !== row.keyRevision;
        const current = found.filter((row) => !isOutdated(row));
        const rows = current.filter(({ preview }) => !preview);
        const ordinals = rows.map((row) => row.fresh).sort((a, b) => (a < b ? -1 : 1));
        const lines = ledgerLines(rows, (id) => grades.get(id)?.grade.score ?? 0, ordinals);
        const awards = new Map(lines.map(({ submissionId, delta }) => [submissionId, delta]));
        await storeGrades(
          tx,
          current.map(({ submissionId }) => ({
            ...{ submissionId, scoreAwarded: awards.get(submissionId) ?? 0 },
            graded: grades.get(submissionId),
          })),
        );
        await storeLines(tx, lines);
        return {
          scored: new Set(current.map((row) => row.submissionId)),
          outdated: found.filter(isOutdated).map((row) => row.submissionId),
        };
      },
      { maxWait: 2_000 },
    );
  }

  /** The scored ones among `ids`, in the order of their ledger lines; nobody is told of a deleted account's. */
  async scored(ids: string[]): Promise<Scored[]> {
    return await this.lines(Prisma.sql`l.submission_id = ANY(${ids}::uuid[]) AND l.revision = 1`);
  }

  /** The scored previews among `ids`; their owners' standings are what they were. */
  async previews(ids: string[]): Promise<Scored[]> {
    return await this.database.$queryRaw<Scored[]>`
      SELECT s.id AS "submissionId", 1 AS revision, s.user_id AS "userId", u.username, s.quiz_id AS "quizId",
             (s.submitted_at AT TIME ZONE 'UTC')::date::text AS "acceptedOn", s.score, s.max_score AS "maxScore", 0 AS "scoreAwarded", 0 AS delta,
             0 AS solved, 0::bigint AS seq, u.total_score AS total, u.total_score AS "totalScore",
             ordinal_on_board(u.ordinal) AS ordinal, u.seq AS "userSeq", (u.status = 'banned' OR u.dormant_since IS NOT NULL) AS "offBoards",
             NOT u.leaderboard_visible AS hidden, NULL::int AS best, NULL::bigint AS "bestOrdinal"
      FROM submissions s JOIN users u ON u.id = s.user_id
      WHERE s.id = ANY(${ids}::uuid[]) AND s.preview AND s.status = 'scored' AND u.deleted_at IS NULL`;
  }

  /** What a regrade changed for these users, as `scored` tells it. */
  async regraded(regradeId: string, userIds: string[]): Promise<Scored[]> {
    return await this.lines(
      Prisma.sql`l.user_id = ANY(${userIds}::uuid[]) AND l.regrade_id = ${regradeId}::uuid`,
    );
  }

  /** The next ordinals, rising. */
  async drawOrdinals(tx: Transaction, count: number): Promise<bigint[]> {
    const rows = await tx.$queryRaw<{ ordinal: bigint }[]>`
      SELECT nextval('standing_ordinal') AS ordinal FROM generate_series(1, ${count}::int)`;
    return rows.map(({ ordinal }) => ordinal);
  }

  private async lines(which: Prisma.Sql): Promise<Scored[]> {
    return await this.database.$queryRaw<Scored[]>`
      SELECT l.submission_id AS "submissionId", l.revision, l.user_id AS "userId", u.username, l.quiz_id AS "quizId",
             l.accepted_on::text AS "acceptedOn", s.score, s.max_score AS "maxScore", s.score_awarded AS "scoreAwarded", l.delta, l.solved, l.seq, l.total,
             u.total_score AS "totalScore", ordinal_on_board(u.ordinal) AS ordinal, u.seq AS "userSeq", (u.status = 'banned' OR u.dormant_since IS NOT NULL) AS "offBoards",
             NOT u.leaderboard_visible AS hidden,
             q.best, q.ordinal AS "bestOrdinal"
      FROM ledger l JOIN submissions s ON s.id = l.submission_id JOIN users u ON u.id = l.user_id
      JOIN quiz_standings q ON q.user_id = l.user_id AND q.quiz_id = l.quiz_id
      WHERE ${which} AND u.deleted_at IS NULL ORDER BY l.user_id, l.seq`;
  }

  async fail(id: string): Promise<void> {
    await this.database.$executeRaw`
      UPDATE submissions SET status = 'failed' WHERE id = ${id}::uuid AND status = 'queued'`;
  }

  /** Has one that failed scored after all. */
  async requeue(id: string): Promise<void> {
    await this.database.$executeRaw`
      UPDATE submissions SET status = 'queued' WHERE id = ${id}::uuid AND status = 'failed'`;
  }

  /** Submissions that have waited over 5 s, by id. */
  async overdue(afterId: string, limit: number): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      SELECT id FROM submissions
      WHERE status = 'queued' AND submitted_at < now() - interval '5 seconds' AND id > ${afterId}::uuid
      ORDER BY id LIMIT ${limit}`;
    return rows.map((row) => row.id);
  }
}

type Keyed = Candidate & { fresh: bigint; keyRevision: number; preview: boolean };

// FOR SHARE: a correction of the key waits until this is committed, and then finds these submissions to regrade.
async function candidates(tx: Transaction, ids: string[]): Promise<Keyed[]> {
  return await tx.$queryRaw<Keyed[]>`
    SELECT s.id AS "submissionId", s.user_id AS "userId", s.quiz_id AS "quizId", v.key_revision AS "keyRevision", s.preview,
           u.total_score AS "totalScore", u.quizzes_solved AS "quizzesSolved", u.seq, u.ordinal,
           q.best, q.ordinal AS "bestOrdinal", nextval('standing_ordinal') AS fresh
    FROM submissions s JOIN users u ON u.id = s.user_id
    JOIN quiz_versions v ON v.quiz_id = s.quiz_id AND v.version = s.quiz_version
    LEFT JOIN quiz_standings q ON q.user_id = s.user_id AND q.quiz_id = s.quiz_id
    WHERE s.id = ANY(${ids}::uuid[]) AND s.status = 'queued' ORDER BY s.id FOR SHARE OF v`;
}
