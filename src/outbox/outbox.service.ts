import { Injectable, Logger } from '@nestjs/common';
import { newId } from '../common/id.js';
import { Database, type Transaction } from '../database/database.service.js';
import type { JobInput } from '../queue/job.js';
import { Queues } from '../queue/queues.service.js';

type Payload = Record<string, string>;

/**
 * Jobs that a commit promises. The row's id is the job's; the processor deletes the row when the job is done, so a
 * job that Redis lost is put back.
 */
@Injectable()
export class Outbox {
  private readonly logger = new Logger(Outbox.name);

  constructor(
    private readonly database: Database,
    private readonly queues: Queues,
  ) {}

  /** Promises a job inside `tx`; hand the returned job to `enqueueSoon` once it is committed. */
  async add(tx: Transaction, queue: string, data: Payload): Promise<JobInput> {
    const row = await tx.outbox.create({ data: { id: newId(), queue, payload: data } });
    return { id: row.id, data };
  }

  /** The fast path after a commit. It may fail: the committed rows are the promise, and the sweeper keeps it. */
  async enqueueSoon(queue: string, jobs: JobInput[]): Promise<void> {
    try {
      await this.queues.enqueue(queue, jobs);
    } catch (error) {
      this.logger.warn(`${jobs.length} jobs of ${queue} wait for the sweeper: ${String(error)}`);
    }
  }

  /** Keeps the promise: the jobs are done, or given up. */
  async settle(ids: string[]): Promise<void> {
    await this.database.outbox.deleteMany({ where: { id: { in: ids } } });
  }

  /** Promises of a queue that are over 5 s old, oldest first. */
  async overdue(queue: string, limit: number): Promise<JobInput[]> {
    const rows = await this.database.$queryRaw<{ id: string; payload: Payload }[]>`
      SELECT id, payload FROM outbox WHERE queue = ${queue} AND created_at < now() - interval '5 seconds'
      ORDER BY created_at LIMIT ${limit}`;
    return rows.map((row) => ({ id: row.id, data: row.payload }));
  }
}
