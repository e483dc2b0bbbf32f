import type { Redis } from 'ioredis';
import { keys } from '../redis/keys.js';
import { ScriptRunner } from '../redis/script-runner.js';
import type { HeldJob } from './job.js';
import {
  DUE_AT_MOST,
  ERROR_LENGTH,
  FAILED_KEPT,
  FAILED_KEPT_MS,
  OUTAGES_UNTIL_ALONE,
} from './queue.options.js';
import {
  ackScript,
  buryScript,
  markScript,
  releaseScript,
  retryScript,
  takeScript,
  tendScript,
  type Retry,
  type WorkerOf,
} from './queue.scripts.js';

/** What one worker does to its queue. Each step is one script, and does nothing to a job that is no longer held. */
export class WorkerHand {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly me: WorkerOf & { leaseMs: number },
  ) {}

  /** Fills the hand up to `batchSize`, and tells all that is in it. */
  take = async (batchSize: number): Promise<HeldJob[]> =>
    await this.scripts.run(takeScript, { ...this.me, batchSize });

  /**
   * Waits until there is a job, and takes it: the next `take` tells it.
   * @param blocking a connection of its own, since it waits inside Redis
   */
  async wait(blocking: Redis, waitMs: number): Promise<void> {
    const { queue, workerId } = this.me;
    // Sent together: the lease stands when the wait begins and outlives it, so whatever it moves can be recovered.
    await Promise.all([
      this.tend(new ScriptRunner(blocking)),
      blocking.blmove(
        ...([keys.queue.waiting(queue), keys.queue.active(queue, workerId), 'RIGHT', 'LEFT'] as const),
        waitMs / 1000,
      ),
    ]);
  }

  /** @returns whether the worker still holds the job */
  mark = async (id: string): Promise<boolean> => await this.scripts.run(markScript, { ...this.me, id });

  async ack(ids: string[]): Promise<void> {
    if (ids.length > 0) await this.scripts.run(ackScript, { ...this.me, ids });
  }

  async retry(retries: Retry[]): Promise<void> {
    if (retries.length === 0) return;
    const bounded = retries.map((retry) => ({ ...retry, error: retry.error.slice(0, ERROR_LENGTH) }));
    await this.scripts.run(retryScript, {
      ...this.me,
      outagesUntilAlone: OUTAGES_UNTIL_ALONE,
      retries: bounded,
    });
  }

  async bury(id: string, attempts: number, error: string): Promise<void> {
    const limits = { keep: FAILED_KEPT, keepMs: FAILED_KEPT_MS };
    await this.scripts.run(buryScript, {
      ...this.me,
      id,
      attempts,
      error: error.slice(0, ERROR_LENGTH),
      ...limits,
    });
  }

  /** Renews the lease and keeps the queue moving. */
  async tend(scripts = this.scripts): Promise<void> {
    await scripts.run(tendScript, { ...this.me, dueAtMost: DUE_AT_MOST });
  }

  release = async (): Promise<number> => await this.scripts.run(releaseScript, this.me);
}
