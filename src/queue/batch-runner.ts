import type { Logger } from '@nestjs/common';
import { isOutage } from '../common/problem.js';
import { backoffMs } from './backoff.js';
import type { HeldJob, Processor } from './job.js';
import { CRASHES_ALLOWED, ERROR_LENGTH, OUTAGE_RETRY_CAP_MS, type WorkerOptions } from './queue.options.js';
import type { Retry } from './queue.scripts.js';
import type { WorkerHand } from './worker-hand.js';

/** An error that says a store is away, if one was met. */
export type Outage = Error | undefined;

/** Has the jobs a worker holds processed, and settles each: done, to be tried again, or given up. */
export class BatchRunner {
  constructor(
    private readonly processor: Processor,
    private readonly hand: WorkerHand,
    private readonly options: WorkerOptions,
    private readonly logger: Logger,
  ) {}

  /** Throws when Redis is away; what is not settled stays in hand. */
  async run(jobs: HeldJob[], stopping: AbortSignal): Promise<Outage> {
    const together = jobs.filter((job) => !mustRunAlone(job));
    const outage = together.length > 0 ? await this.runTogether(together, stopping) : undefined;
    return outage ?? (await this.runEachAlone(jobs.filter(mustRunAlone), stopping));
  }

  private async runTogether(jobs: HeldJob[], stopping: AbortSignal): Promise<Outage> {
    const failures = await this.process(jobs);
    // One of them may be the cause: let none of its neighbours pay for it.
    if (jobs.length > 1 && failures instanceof Error && !isOutage(failures)) {
      return await this.runEachAlone(jobs, stopping);
    }
    return await this.settle(jobs, failures);
  }

  private async runEachAlone(jobs: HeldJob[], stopping: AbortSignal): Promise<Outage> {
    for (const job of jobs) {
      if (stopping.aborted) return undefined;
      const outage = await this.runAlone(job);
      if (outage) return outage;
    }
    return undefined;
  }

  private async runAlone(job: HeldJob): Promise<Outage> {
    if (!(await this.hand.mark(job.id))) return undefined;
    const reason = this.reasonToGiveUp(job);
    if (reason) return await this.giveUp(job, reason, job.attempts);
    return await this.settle([job], await this.process([job]));
  }

  private async process(jobs: HeldJob[]): Promise<ReadonlyMap<string, Error> | Error> {
    try {
      return (await this.processor.process(jobs)) ?? new Map();
    } catch (error) {
      return asError(error);
    }
  }

  private async settle(jobs: HeldJob[], failures: ReadonlyMap<string, Error> | Error): Promise<Outage> {
    const errorOf = (job: HeldJob) => (failures instanceof Error ? failures : failures.get(job.id));
    await this.hand.ack(jobs.filter((job) => !errorOf(job)).map(({ id }) => id));
    const retries: Retry[] = [];
    let outage: Outage;
    for (const job of jobs) {
      const error = errorOf(job);
      if (!error) continue;
      if (isOutage(error)) outage = error;
      if (isOutage(error) || job.attempts + 1 < this.processor.maxAttempts)
        retries.push(this.retry(job, error));
      else outage = (await this.giveUp(job, error, job.attempts + 1)) ?? outage;
    }
    await this.hand.retry(retries);
    return outage;
  }

  private reasonToGiveUp(job: HeldJob): Error | undefined {
    if (job.unreadable) return new Error('its data is not JSON');
    if (job.crashes >= CRASHES_ALLOWED)
      return new Error(`its worker ended ${job.crashes} times while it ran alone`);
    if (job.attempts >= this.processor.maxAttempts) return new Error(job.error);
    return undefined;
  }

  private async giveUp(job: HeldJob, error: Error, attempts: number): Promise<Outage> {
    try {
      await this.processor.giveUp(job, error);
    } catch (cause) {
      const failure = asError(cause);
      await this.hand.retry([this.retry(job, failure)]);
      return isOutage(failure) ? failure : undefined;
    }
    await this.hand.bury(job.id, attempts, error.message);
    this.logger.error(
      `${this.processor.queue}: gave up job ${job.id}: ${error.message.slice(0, ERROR_LENGTH)}`,
    );
    return undefined;
  }

  private retry(job: HeldJob, error: Error): Retry {
    const counts = !isOutage(error);
    const { retryBaseMs, retryCapMs } = this.options;
    const delayMs = counts
      ? backoffMs(retryBaseMs, retryCapMs, job.attempts)
      : backoffMs(retryBaseMs, Math.min(retryCapMs, OUTAGE_RETRY_CAP_MS), job.outages);
    return { id: job.id, delayMs, counts, error: error.message };
  }
}

const mustRunAlone = (job: HeldJob): boolean => job.alone || job.unreadable;

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
