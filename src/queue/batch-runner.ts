import type { Logger } from '@nestjs/common';
import { asError } from '../common/as-error.js';
import { isOutage } from '../common/problem.js';
import { backoffMs } from './backoff.js';
import { failureText } from './failure-text.js';
import { Failure, Hopeless, NotNow, type HeldJob, type Processor, type ReportProgress } from './job.js';
import { CRASHES_ALLOWED, OUTAGE_RETRY_CAP_MS, type WorkerOptions } from './queue.options.js';
import type { Retry } from './queue.scripts.js';
import { batchSeconds, jobOutcomes } from './queue.metrics.js';
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
    const isAlone = (job: HeldJob) => !this.processor.together || mustRunAlone(job);
    const together = jobs.filter((job) => !isAlone(job));
    const outage = together.length > 0 ? await this.runTogether(together, stopping) : undefined;
    return outage ?? (await this.runEachAlone(jobs.filter(isAlone), stopping));
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
    if (reason) return await this.giveUp(job, reason, job.givenUp ?? job.attempts);
    return await this.settle([job], await this.process([job]));
  }

  private readonly report: ReportProgress = async ({ id }, progress) => {
    await this.hand.progress(id, progress);
  };

  private async process(jobs: HeldJob[]): Promise<ReadonlyMap<string, Error> | Error> {
    const taken = batchSeconds.startTimer({ queue: this.processor.queue });
    try {
      for (const job of jobs.filter(({ revived }) => revived)) await this.readmit(job);
      return (await this.processor.process(jobs, this.report)) ?? new Map();
    } catch (error) {
      return asError(error);
    } finally {
      taken();
    }
  }

  private async readmit(job: HeldJob): Promise<void> {
    await this.processor.revive(job);
    if (!(await this.hand.readmit(job.id))) throw new NotNow('another worker has it');
  }

  private count(outcome: 'done' | 'retried' | 'given_up' | 'removed', jobs = 1): void {
    jobOutcomes.inc({ queue: this.processor.queue, outcome }, jobs);
  }

  /** Operators are told little of what nobody expected: whoever asks finds the rest here. */
  private log(level: 'warn' | 'error', { id }: HeldJob, err: Error, outcome: string): void {
    this.logger[level]({ err, queue: this.processor.queue, job: id, outcome });
  }

  private async settle(jobs: HeldJob[], failures: ReadonlyMap<string, Error> | Error): Promise<Outage> {
    const errorOf = (job: HeldJob) => (failures instanceof Error ? failures : failures.get(job.id));
    const done = jobs.filter((job) => !errorOf(job));
    await this.hand.ack(done.map(({ id }) => id));
    this.count('done', done.length);
    const retries: Retry[] = [];
    let outage: Outage;
    for (const job of jobs) {
      const error = errorOf(job);
      if (!error) continue;
      if (isOutage(error)) outage = error;
      const isLast = error instanceof Hopeless || job.attempts + 1 >= this.processor.maxAttempts;
      if (!counts(error) || !isLast) retries.push(this.retry(job, error));
      else outage = (await this.giveUp(job, error, job.attempts + 1)) ?? outage;
    }
    await this.hand.retry(retries);
    this.count('retried', retries.length);
    return outage;
  }

  private reasonToGiveUp(job: HeldJob): Error | undefined {
    if (job.removed) return new Failure('it was removed by an operator');
    if (job.unreadable) return new Failure('its data is not JSON');
    if (job.crashes >= CRASHES_ALLOWED)
      return new Failure(`its worker ended ${job.crashes} times while it ran alone`);
    if (job.givenUp !== undefined || job.attempts >= this.processor.maxAttempts)
      return new Failure(job.error);
    return undefined;
  }

  private async giveUp(job: HeldJob, error: Error, attempts: number): Promise<Outage> {
    if (!(await this.hand.condemn(job.id, attempts, failureText(error)))) return undefined;
    try {
      await this.processor.giveUp(job, error);
    } catch (cause) {
      const failure = asError(cause);
      await this.hand.retry([this.retry(job, failure)]);
      return isOutage(failure) ? failure : undefined;
    }
    if (job.removed) await this.hand.drop(job.id);
    else await this.hand.bury(job.id, attempts, failureText(error));
    this.count(job.removed ? 'removed' : 'given_up');
    this.log('error', job, error, job.removed ? 'removed' : 'given_up');
    return undefined;
  }

  private retry(job: HeldJob, error: Error): Retry {
    const isFailure = counts(error);
    if (isFailure) this.log('warn', job, error, 'retried');
    const { retryBaseMs, retryCapMs } = this.options;
    const delayMs = isFailure
      ? backoffMs(retryBaseMs, retryCapMs, job.attempts)
      : backoffMs(retryBaseMs, Math.min(retryCapMs, OUTAGE_RETRY_CAP_MS), job.outages);
    return { id: job.id, delayMs, counts: isFailure, error: failureText(error) };
  }
}

const mustRunAlone = (job: HeldJob): boolean => job.alone || job.unreadable || job.removed;

const counts = (error: Error): boolean => !isOutage(error) && !(error instanceof NotNow);
