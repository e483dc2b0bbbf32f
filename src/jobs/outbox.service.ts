import { Injectable, Logger } from '@nestjs/common';
import { newId } from '../common/id.js';
import { Database, type Transaction } from '../database/database.service.js';
import { NotNow, type JobInput, type Priority } from '../queue/job.js';
import { Queues } from '../queue/queues.service.js';
import type { JobKind } from './job-kind.js';

/** A job may take so long while it holds its promise. */
const LONGEST_MS = 60_000;

type Payload = Record<string, string>;

export interface When {
  priority?: Priority;
  delayMs?: number;
}

/** Promises of one queue that have no job, maybe. */
export interface Owed {
  queue: string;
  job: JobInput;
}

/**
 * Jobs that a commit promises. The row's id is the job's; it goes in the commit that does the job, so a job that Redis
 * lost is put back, and one that Redis has twice is done once.
 */
@Injectable()
export class Outbox {
  private readonly logger = new Logger(Outbox.name);

  constructor(
    private readonly database: Database,
    private readonly queues: Queues,
  ) {}

  /** Promises a job inside `tx`; hand what it answers to `enqueueSoon` once that is committed. */
  async add<Data extends object>(
    tx: Transaction,
    kind: JobKind<Data>,
    data: Data & Payload,
    when: When = {},
  ): Promise<JobInput> {
    const [job] = await this.addAll(tx, kind, [data], when);
    if (!job) throw new Error('One job was to be promised, and none was');
    return job;
  }

  /** As `add`, for many in one statement. */
  async addAll<Data extends object>(
    tx: Transaction,
    { name }: JobKind<Data>,
    all: (Data & Payload)[],
    { priority = 'normal', delayMs = 0 }: When = {},
  ): Promise<JobInput[]> {
    if (all.length === 0) return [];
    const jobs = all.map((data) => ({ id: newId(), data, priority, delayMs }));
    await tx.$executeRaw`
      INSERT INTO outbox (id, queue, payload, priority, due_at)
      SELECT id, ${name}, payload::jsonb, ${priority}, now() + make_interval(secs => ${delayMs / 1000}::float8)
      FROM unnest(${jobs.map(({ id }) => id)}::uuid[], ${jobs.map(({ data }) => JSON.stringify(data))}::text[])
        AS job (id, payload)`;
    return jobs;
  }

  /** The fast path after a commit. It may fail: the committed rows are the promise, and the sweeper keeps it. */
  async enqueueSoon({ name }: Pick<JobKind<object>, 'name'>, jobs: JobInput[]): Promise<void> {
    if (jobs.length === 0) return;
    try {
      await this.queues.enqueue(name, jobs);
    } catch (error) {
      this.logger.warn(`${jobs.length} jobs of ${name} wait for the sweeper: ${String(error)}`);
    }
  }

  /** Does a promised job right after its commit; where that fails, the worker does it. */
  async doSoon(kind: Pick<JobKind<object>, 'name'>, job: JobInput, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      await this.settle([job.id]);
    } catch (error) {
      this.logger.warn(`Job ${job.id} of ${kind.name} is left to the worker: ${String(error)}`);
      await this.enqueueSoon(kind, [job]);
    }
  }

  /**
   * Does what a row promises in a transaction that holds the row and ends the promise; nothing when it was kept already.
   * @throws NotNow while another worker is at it, as happens when Redis has forgotten that
   */
  async keep(id: string, work: (tx: Transaction) => Promise<void>): Promise<void> {
    await this.database.$transaction(
      async (tx) => {
        // Whoever waits for a mail server has its transaction idle for as long.
        await tx.$executeRaw`SELECT set_config('idle_in_transaction_session_timeout', ${String(LONGEST_MS)}, true)`;
        const held = await tx.$queryRaw<object[]>`
          SELECT id FROM outbox WHERE id = ${id}::uuid FOR UPDATE SKIP LOCKED`;
        if (held.length > 0) {
          await work(tx);
          await tx.outbox.delete({ where: { id } });
        } else if ((await tx.outbox.count({ where: { id } })) > 0) {
          throw new NotNow('another worker is at it');
        }
      },
      { maxWait: 5_000, timeout: LONGEST_MS },
    );
  }

  /** Ends promises: the jobs are done, or given up. */
  async settle(ids: string[]): Promise<void> {
    await this.database.outbox.deleteMany({ where: { id: { in: ids } } });
  }

  /** Promises again what was given up. */
  async renew({ name }: JobKind<object>, { id, data }: Pick<JobInput, 'id' | 'data'>): Promise<void> {
    await this.database.$executeRaw`
      INSERT INTO outbox (id, queue, payload) VALUES (${id}::uuid, ${name}, ${JSON.stringify(data)}::jsonb)
      ON CONFLICT DO NOTHING`;
  }

  /** Promises that have been due for over 5 s, in the order of their ids. */
  async overdue(afterId: string, limit: number): Promise<Owed[]> {
    const rows = await this.database.$queryRaw<
      { id: string; queue: string; payload: Payload; priority: Priority }[]
    >`
      SELECT id, queue, payload, priority FROM outbox
      WHERE due_at < now() - interval '5 seconds' AND id > ${afterId}::uuid ORDER BY id LIMIT ${limit}`;
    return rows.map(({ id, queue, payload, priority }) => ({ queue, job: { id, data: payload, priority } }));
  }
}
