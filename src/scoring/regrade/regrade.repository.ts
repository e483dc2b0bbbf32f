import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.service.js';
import type { Regrade as RegradeRow } from '../../database/generated/client.js';
import { UNFINISHED } from '../../jobs/work-status.js';
import { FIRST_LEARNER } from './regrade.pages.js';

export type { RegradeRow };

/** An unfinished regrade as the worker takes it up. */
export interface Begun {
  quizId: string;
  quizVersion: number;
  /** Of the key as it is now, which may have been corrected again. */
  keyRevision: number;
  cursor: string;
  /** Of the quiz. */
  title: string;
}

/** A page of learners that is done. */
export interface Advance {
  from: string;
  userIds: string[];
}

@Injectable()
export class RegradeRepository {
  constructor(private readonly database: Database) {}

  async insert(
    tx: Transaction,
    row: { id: string; quizId: string; quizVersion: number },
  ): Promise<RegradeRow> {
    const total = await tx.quizStanding.count({ where: { quizId: row.quizId } });
    return await tx.regrade.create({ data: { ...row, total, cursor: FIRST_LEARNER } });
  }

  async find(id: string, quizId: string): Promise<RegradeRow | null> {
    return await this.database.regrade.findUnique({ where: { id, quizId } });
  }

  /** Marks an unfinished regrade as running; undefined when it is finished. */
  async begin(id: string): Promise<Begun | undefined> {
    const [row] = await this.database.$queryRaw<Begun[]>`
      UPDATE regrades r SET status = 'running' FROM quiz_versions v JOIN quizzes q ON q.id = v.quiz_id
      WHERE r.id = ${id}::uuid AND r.finished_at IS NULL AND v.quiz_id = r.quiz_id AND v.version = r.quiz_version
      RETURNING r.quiz_id AS "quizId", r.quiz_version AS "quizVersion", v.key_revision AS "keyRevision", r.cursor, q.title`;
    return row;
  }

  /** Moves on behind a page; a second process that did the same page changes nothing. */
  async advance(id: string, { from, userIds }: Advance): Promise<void> {
    await this.database.$executeRaw`
      UPDATE regrades SET cursor = ${userIds.at(-1)}::uuid, processed = processed + ${userIds.length}::int,
        total = greatest(total, processed + ${userIds.length}::int),
        changed = changed + (SELECT count(*)::int FROM ledger
          WHERE user_id = ANY(${userIds}::uuid[]) AND regrade_id = ${id}::uuid)
      WHERE id = ${id}::uuid AND cursor = ${from}::uuid AND finished_at IS NULL`;
  }

  async end(id: string, status: 'done' | 'failed'): Promise<void> {
    await this.database.regrade.updateMany({
      where: { id, status: { in: UNFINISHED } },
      data: { status, finishedAt: new Date() },
    });
  }

  /** Has one that failed go on where it stopped. */
  async renew(id: string): Promise<void> {
    await this.database.regrade.updateMany({
      where: { id, status: 'failed' },
      data: { status: 'queued', finishedAt: null },
    });
  }

  /** Unfinished for over 5 s, by id. */
  async overdue(afterId: string, limit: number): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      SELECT id FROM regrades
      WHERE finished_at IS NULL AND created_at < now() - interval '5 seconds' AND id > ${afterId}::uuid
      ORDER BY id LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  }
}
