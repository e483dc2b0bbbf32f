import { Injectable } from '@nestjs/common';
import { AuditLog, type AuditAction } from '../audit/audit.service.js';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { offsetFromCursor, placeAfter } from '../common/page.js';
import { jobKinds } from '../jobs/job-kind.js';
import type { JobRecord } from '../queue/queue-inspection.types.js';
import { QueueInspector } from '../queue/queue-inspector.service.js';
import type { JobPage, JobQuery, JobView, QueueView } from './queues.dto.js';

/**
 * The queues as administrators see and steer them. Whatever they order is in the audit log before it is done, so nothing is
 * done that is not there; an order that finds no such job stays in it.
 */
@Injectable()
export class QueueOperations {
  constructor(
    private readonly queues: QueueInspector,
    private readonly audit: AuditLog,
  ) {}

  async list(): Promise<QueueView[]> {
    const names = jobKinds().map(({ name }) => name);
    const all = await this.queues.stats(names);
    return all.map(({ waiting, active, delayed, failed, completed, paused, oldestWaitingMs }, at) => ({
      ...{ name: names[at] ?? '', waiting, active, delayed, failed, completed, paused, oldestWaitingMs },
    }));
  }

  /** @throws AppError not_found for a queue that does not exist */
  async jobs(name: string, { state, limit, cursor }: JobQuery): Promise<JobPage> {
    require(name);
    const offset = offsetFromCursor(cursor);
    const { jobs, hasMore } = await this.queues.list(name, state, offset, limit);
    return { data: jobs.map((job) => viewOf(name, job)), page: placeAfter({ offset, limit }, hasMore) };
  }

  /** @throws AppError not_found for a job that was not given up */
  async retry(caller: Caller, name: string, id: string): Promise<void> {
    require(name);
    await this.note(caller, 'job.retried', { queue: name, job: id });
    if (!(await this.queues.retry(name, id)))
      throw new AppError('not_found', { detail: 'There is no such job among those that failed' });
  }

  async retryFailed(caller: Caller, name: string): Promise<number> {
    require(name);
    await this.note(caller, 'queue.retried', { queue: name });
    return await this.queues.retryAll(name);
  }

  async pause(caller: Caller, name: string): Promise<void> {
    require(name);
    await this.note(caller, 'queue.paused', { queue: name });
    await this.queues.pause(name);
  }

  async resume(caller: Caller, name: string): Promise<void> {
    require(name);
    await this.note(caller, 'queue.resumed', { queue: name });
    await this.queues.resume(name);
  }

  /** @throws AppError not_found; job_active while a worker is at it */
  async remove(caller: Caller, name: string, id: string): Promise<void> {
    require(name);
    await this.note(caller, 'job.removed', { queue: name, job: id });
    const outcome = await this.queues.remove(name, id);
    if (outcome === 'absent') throw new AppError('not_found', { detail: 'There is no such job' });
    if (outcome === 'active') throw new AppError('job_active');
  }

  private async note({ userId }: Caller, action: AuditAction, details: Record<string, string>) {
    await this.audit.record({ userId, actorId: userId, action, details });
  }
}

function require(name: string): void {
  if (!jobKinds().some((kind) => kind.name === name))
    throw new AppError('not_found', { detail: 'There is no such queue' });
}

const momentOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const viewOf = (name: string, { data, history, enqueuedAt, ...record }: JobRecord): JobView => ({
  ...record,
  name,
  data: withoutSecrets(data),
  history: history.map(({ at, error }) => ({ at: new Date(at).toISOString(), error })),
  enqueuedAt: new Date(enqueuedAt).toISOString(),
  dueAt: momentOf(record.dueAt),
  failedAt: momentOf(record.failedAt),
  completedAt: momentOf(record.completedAt),
});

/** What is sealed nobody can read, and nobody need see. */
function withoutSecrets(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return null;
  return 'sealed' in data ? { ...data, sealed: 'sealed' } : data;
}
