import { Injectable } from '@nestjs/common';
import { Idempotency, type StoredAnswer } from '../common/idempotency/idempotency.service.js';
import { Database, type Transaction } from '../database/database.service.js';
import type { Submission } from '../database/generated/client.js';
import type { Answer } from '../question/check-answers.js';
import { AttemptRepository } from './attempt.repository.js';

/** A row without its answers, and without its credits, which only the figures read. */
export type SubmissionRow = Omit<Submission, 'credits' | 'answers'>;

/** A row with its answers and the author of its quiz, who may see it. */
export type ReadSubmission = SubmissionRow & { answers: Answer[]; authorId: string };

export interface NewSubmission {
  id: string;
  userId: string;
  quizId: string;
  quizVersion: number;
  maxScore: number;
  answers: Answer[];
  /** By somebody who may read the key: it counts nowhere. */
  preview: boolean;
  /** The attempt that it hands in. */
  attemptId?: string;
  /** Present when the request carried an Idempotency-Key. */
  idempotency?: {
    key: string;
    requestHash: string;
    answerOf: (submittedAt: Date) => Omit<StoredAnswer, 'userId' | 'key' | 'requestHash'>;
  };
}

/** Why a group did not go in as it stood; each of its rows is then tried alone. */
export type Irregularity = 'stored_before' | 'key_taken' | 'attempts_exhausted' | 'handed_in' | 'late';

export class IrregularGroup extends Error {
  constructor(readonly reason: Irregularity) {
    super(reason);
  }
}

@Injectable()
export class SubmissionRepository {
  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
    private readonly attempts: AttemptRepository,
  ) {}

  /**
   * One commit: the submissions, their idempotency rows, the attempt counts and the attempts handed in. Rows are written in the order of their
   * users, so that two processes never wait for each other in a circle.
   * @returns when each was submitted, by id, on PostgreSQL's clock
   * @throws IrregularGroup with nothing stored, when a row is there already, a key is taken, attempts have run out, or one is over
   */
  async insert(group: NewSubmission[]): Promise<Map<string, Date>> {
    const sorted = group.toSorted((a, b) => (a.userId + a.quizId < b.userId + b.quizId ? -1 : 1));
    return await this.database.$transaction(async (tx) => {
      const submittedAt = await insertRows(tx, sorted);
      if (submittedAt.size < sorted.length) throw new IrregularGroup('stored_before');
      const answers = sorted.flatMap((row) => answerOf(row, submittedAt));
      if ((await this.idempotency.store(tx, answers)) < answers.length) throw new IrregularGroup('key_taken');
      if ((await countAttempts(tx, sorted)) < sorted.length) throw new IrregularGroup('attempts_exhausted');
      await this.handIn(tx, sorted);
      return submittedAt;
    });
  }

  private async handIn(tx: Transaction, group: NewSubmission[]): Promise<void> {
    const rows = group.flatMap(({ id, attemptId }) => (attemptId ? [{ attemptId, submissionId: id }] : []));
    if ((await this.attempts.handIn(tx, rows)) === rows.length) return;
    const [first] = rows;
    const before = first !== undefined && (await this.attempts.isHandedIn(tx, first.attemptId));
    throw new IrregularGroup(before ? 'handed_in' : 'late');
  }

  async find(id: string): Promise<ReadSubmission | undefined> {
    const row = await this.database.submission.findUnique({
      where: { id },
      omit: { credits: true },
      include: { version: { select: { quiz: { select: { authorId: true } } } } },
    });
    if (!row) return undefined;
    const { version, answers, ...rest } = row;
    return { ...rest, answers: answers as Answer[] & typeof answers, authorId: version.quiz.authorId };
  }

  /** Newest first, those older than `after`. */
  async listOf(userId: string, limit: number, after?: string): Promise<SubmissionRow[]> {
    return await this.database.submission.findMany({
      where: { userId, id: after === undefined ? undefined : { lt: after } },
      omit: { credits: true, answers: true },
      orderBy: { id: 'desc' },
      take: limit,
    });
  }
}

async function insertRows(tx: Transaction, rows: NewSubmission[]): Promise<Map<string, Date>> {
  const stored = await tx.$queryRaw<{ id: string; submittedAt: Date }[]>`
    INSERT INTO submissions (id, user_id, quiz_id, quiz_version, max_score, answers, preview)
    SELECT id, user_id, quiz_id, quiz_version, max_score, answers::jsonb, preview
    FROM unnest(
      ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.userId)}::uuid[],
      ${rows.map((row) => row.quizId)}::uuid[], ${rows.map((row) => row.quizVersion)}::int[],
      ${rows.map((row) => row.maxScore)}::int[], ${rows.map((row) => JSON.stringify(row.answers))}::text[],
      ${rows.map((row) => row.preview)}::boolean[]
    ) AS t (id, user_id, quiz_id, quiz_version, max_score, answers, preview)
    ON CONFLICT (id) DO NOTHING
    RETURNING id, submitted_at AS "submittedAt"`;
  return new Map(stored.map((row) => [row.id, row.submittedAt]));
}

async function countAttempts(tx: Transaction, rows: NewSubmission[]): Promise<number> {
  return await tx.$executeRaw`
    INSERT INTO attempt_counts (user_id, quiz_id, used)
    SELECT user_id, quiz_id, 1
    FROM unnest(${rows.map((row) => row.userId)}::uuid[], ${rows.map((row) => row.quizId)}::uuid[]) AS t (user_id, quiz_id)
    ON CONFLICT (user_id, quiz_id) DO UPDATE SET used = attempt_counts.used + 1
      WHERE attempt_counts.used < (
        SELECT coalesce(attempts_allowed, 2147483647) FROM quizzes WHERE id = excluded.quiz_id)`;
}

function answerOf(row: NewSubmission, submittedAt: Map<string, Date>): StoredAnswer[] {
  const time = submittedAt.get(row.id);
  if (!row.idempotency || !time) return [];
  const { key, requestHash, answerOf } = row.idempotency;
  return [{ userId: row.userId, key, requestHash, ...answerOf(time) }];
}
