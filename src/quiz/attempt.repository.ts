import { Injectable } from '@nestjs/common';
import { Database, Prisma, type Transaction } from '../database/database.service.js';

/** How long after the deadline answers are still taken: they were on their way. */
const GRACE_SEC = 2;

export interface AttemptRow {
  id: string;
  userId: string;
  quizId: string;
  quizVersion: number;
  startedAt: Date;
  deadline: Date | null;
  /** Its time was over, grace and all, before anything was handed in. */
  late: boolean;
  handedIn: boolean;
}

export interface NewAttempt {
  id: string;
  userId: string;
  quizId: string;
  quizVersion: number;
  timeLimitSec: number | null;
  attemptsAllowed: number | null;
}

/** An attempt and the submission it takes. */
export interface HandIn {
  attemptId: string;
  submissionId: string;
}

// By PostgreSQL's clock, as are all times here. now() is the start of the transaction, and so a submission's submitted_at.
const IN_TIME = Prisma.sql`(NOT lapsed AND (deadline IS NULL OR now() <= deadline + make_interval(secs => ${GRACE_SEC})))`;
const COLUMNS = Prisma.sql`id, user_id AS "userId", quiz_id AS "quizId", quiz_version AS "quizVersion",
  started_at AS "startedAt", deadline, submission_id IS NULL AND NOT ${IN_TIME} AS late, submission_id IS NOT NULL AS "handedIn"`;

@Injectable()
export class AttemptRepository {
  constructor(private readonly database: Database) {}

  /**
   * The open attempt of this user at this version, or else a new one; undefined when the attempts allowed are used up.
   * The row of the count is the lock: of requests at once, one begins and the others find what it began.
   */
  async begin(wish: NewAttempt): Promise<AttemptRow | undefined> {
    return await this.database.$transaction(async (tx) => {
      await lockCount(tx, wish);
      const used = await countLapsed(tx, wish);
      if (used >= (wish.attemptsAllowed ?? Infinity)) return undefined;
      return (await openAttempt(tx, wish)) ?? (await insertAttempt(tx, wish));
    });
  }

  async find(id: string): Promise<AttemptRow | undefined> {
    const [row] = await this.database.$queryRaw<AttemptRow[]>`
      SELECT ${COLUMNS} FROM attempts WHERE id = ${id}::uuid`;
    return row;
  }

  /**
   * Ties open attempts to their submissions, inside `tx`; returns how many were open. The caller holds the rows of the
   * counts, as does who begins attempts, so nobody waits in a circle.
   */
  async handIn(tx: Transaction, rows: HandIn[]): Promise<number> {
    if (rows.length === 0) return 0;
    return await tx.$executeRaw`
      UPDATE attempts SET submission_id = t.submission_id
      FROM unnest(${rows.map((row) => row.attemptId)}::uuid[], ${rows.map((row) => row.submissionId)}::uuid[])
        AS t (attempt_id, submission_id)
      WHERE attempts.id = t.attempt_id AND attempts.submission_id IS NULL AND ${IN_TIME}`;
  }

  /** Whether an attempt took a submission, as `tx` sees it. */
  async isHandedIn(tx: Transaction, id: string): Promise<boolean> {
    return (await tx.attempt.count({ where: { id, submissionId: { not: null } } })) > 0;
  }
}

async function lockCount(tx: Transaction, { userId, quizId }: NewAttempt): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO attempt_counts (user_id, quiz_id, used) VALUES (${userId}::uuid, ${quizId}::uuid, 0)
    ON CONFLICT (user_id, quiz_id) DO UPDATE SET used = attempt_counts.used`;
}

/** Counts attempts whose time ran out, once each, or else a learner could look at a timed quiz for ever. @returns attempts used */
async function countLapsed(tx: Transaction, { userId, quizId }: NewAttempt): Promise<number> {
  const [count] = await tx.$queryRaw<{ used: number }[]>`
    WITH lapsing AS (
      UPDATE attempts SET lapsed = true
      WHERE user_id = ${userId}::uuid AND quiz_id = ${quizId}::uuid
        AND submission_id IS NULL AND NOT lapsed AND NOT ${IN_TIME}
      RETURNING id)
    UPDATE attempt_counts SET used = used + (SELECT count(*)::int FROM lapsing)
    WHERE user_id = ${userId}::uuid AND quiz_id = ${quizId}::uuid
    RETURNING used`;
  return count?.used ?? 0;
}

async function openAttempt(tx: Transaction, wish: NewAttempt): Promise<AttemptRow | undefined> {
  const [row] = await tx.$queryRaw<AttemptRow[]>`
    SELECT ${COLUMNS} FROM attempts
    WHERE user_id = ${wish.userId}::uuid AND quiz_id = ${wish.quizId}::uuid
      AND quiz_version = ${wish.quizVersion} AND submission_id IS NULL AND NOT lapsed`;
  return row;
}

async function insertAttempt(tx: Transaction, wish: NewAttempt): Promise<AttemptRow | undefined> {
  const [row] = await tx.$queryRaw<AttemptRow[]>`
    INSERT INTO attempts (id, user_id, quiz_id, quiz_version, deadline)
    VALUES (${wish.id}::uuid, ${wish.userId}::uuid, ${wish.quizId}::uuid, ${wish.quizVersion},
      now() + make_interval(secs => ${wish.timeLimitSec}::int))
    RETURNING ${COLUMNS}`;
  return row;
}
