import { Injectable } from '@nestjs/common';
import { Database, type Prisma, type Transaction } from '../../database/database.service.js';
import type { ImportStatus } from '../../database/generated/client.js';
import { UNFINISHED } from '../../jobs/work-status.js';
import type { ImportFormat } from '../../question/interchange/formats.js';
import type { ImportResult } from '../quiz.dto.js';

/** How a file is to be read. */
export interface ImportOrder {
  format: ImportFormat;
  dryRun: boolean;
  publish: boolean;
  quizSize: number;
}

export interface NewImport extends ImportOrder {
  id: string;
  ownerId: string;
  content: string;
  total: number;
}

/** What the worker needs of an import. */
export type Pending = Omit<NewImport, 'id'>;

/** What its owner sees of it. */
export interface ImportRow {
  id: string;
  ownerId: string;
  status: ImportStatus;
  processed: number;
  total: number;
  result: Prisma.JsonValue;
  reason: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

const KEPT_DAYS = 7;
const SEEN = {
  ...{ id: true, ownerId: true, status: true, processed: true, total: true },
  ...{ result: true, reason: true, createdAt: true, finishedAt: true },
};

@Injectable()
export class ImportRepository {
  constructor(private readonly database: Database) {}

  /**
   * Inserts a file unless its owner has `most` unfinished ones already; undefined then. The owner's row is the lock: of
   * requests at once none counts before the other is there.
   */
  async insertUnless(most: number, data: NewImport): Promise<ImportRow | undefined> {
    return await this.database.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT id FROM users WHERE id = ${data.ownerId}::uuid FOR NO KEY UPDATE`;
      const unfinished = await tx.import.count({
        where: { ownerId: data.ownerId, status: { in: UNFINISHED } },
      });
      return unfinished < most ? await tx.import.create({ data, select: SEEN }) : undefined;
    });
  }

  async find(id: string): Promise<ImportRow | null> {
    return await this.database.import.findUnique({ where: { id }, select: SEEN });
  }

  /** Marks an unfinished import as being read; undefined when it is finished. */
  async begin(id: string): Promise<Pending | undefined> {
    const [row] = await this.database.import.updateManyAndReturn({
      where: { id, status: { in: UNFINISHED } },
      data: { status: 'running', processed: 0 },
      omit: { result: true },
    });
    if (row?.content == null) return undefined;
    const { ownerId, content, total, dryRun, publish, quizSize } = row;
    return { ownerId, content, total, dryRun, publish, quizSize, format: row.format as ImportFormat };
  }

  async progress(id: string, processed: number): Promise<void> {
    await this.database.import.updateMany({ where: { id, status: 'running' }, data: { processed } });
  }

  /** Ends an import inside `tx`, which holds its row until the commit; false when it is finished already. */
  async finish(tx: Transaction, id: string, processed: number): Promise<boolean> {
    const { count } = await tx.import.updateMany({
      where: { id, status: { in: UNFINISHED } },
      data: { status: 'done', processed, total: processed, content: null, finishedAt: new Date() },
    });
    return count === 1;
  }

  async tell(tx: Transaction, id: string, result: ImportResult): Promise<void> {
    const json = JSON.parse(JSON.stringify(result)) as Prisma.InputJsonValue;
    await tx.import.update({ where: { id }, data: { result: json }, select: { id: true } });
  }

  async fail(id: string, reason: string): Promise<void> {
    await this.database.import.updateMany({
      where: { id, status: { in: UNFINISHED } },
      data: { status: 'failed', reason, finishedAt: new Date() },
    });
  }

  /** Has one that failed read again. */
  async renew(id: string): Promise<void> {
    await this.database.import.updateMany({
      where: { id, status: 'failed' },
      data: { status: 'queued', reason: null, finishedAt: null },
    });
  }

  /** Unfinished for over 5 s, by id. */
  async overdue(afterId: string, limit: number): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      SELECT id FROM imports
      WHERE finished_at IS NULL AND created_at < now() - interval '5 seconds' AND id > ${afterId}::uuid
      ORDER BY id LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  }

  /** Deletes what was finished a week ago, at most `limit`; returns how many. */
  async sweep(limit: number): Promise<number> {
    return await this.database.$executeRaw`
      DELETE FROM imports WHERE id IN (
        SELECT id FROM imports
        WHERE finished_at < now() - make_interval(days => ${KEPT_DAYS}::int) LIMIT ${limit})`;
  }
}
