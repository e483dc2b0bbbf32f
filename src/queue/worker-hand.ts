import type { Redis } from 'ioredis';
import { keys } from '../redis/keys.js';
import { ScriptRunner } from '../redis/script-runner.js';
import type { HeldJob, Progress } from './job.js';
import {
  COMPLETED_DATA_BYTES,
  COMPLETED_KEPT,
  COMPLETED_KEPT_MS,
  DUE_AT_MOST,
  ERROR_LENGTH,
  FAILED_KEPT,
  FAILED_KEPT_MS,
  OUTAGES_UNTIL_ALONE,
} from './queue.options.js';
import {
  ackScript,
  buryScript,
  noteScript,
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
   * Waits until there may be a job; the next `take` tells.
   * @param blocking a connection of its own, since it waits inside Redis
   */
  async wait(blocking: Redis, waitMs: number): Promise<void> {
    await blocking.blpop(keys.queue.bell(this.me.queue), waitMs / 1000);
  }

  /** Notes that a job is about to run alone: a crash of its worker counts against it. */
  mark = async (id: string): Promise<boolean> => await this.note(id, { risky: 1 });

  /** Notes that a job which was given up is promised again, as any other: once it is done, nothing renews that. */
  readmit = async (id: string): Promise<boolean> => await this.note(id, { revived: 0 });

  /** Notes that a job is given up: should this worker end before it is buried, the next one does not try it again. */
  condemn = async (id: string, attempts: number, error: string): Promise<boolean> =>
    await this.note(id, { givenUp: attempts, error: error.slice(0, ERROR_LENGTH) });

  async progress(id: string, progress: Progress): Promise<void> {
    await this.note(id, { progress: JSON.stringify(progress) });
  }

  async ack(ids: string[]): Promise<void> {
    const limits = { keep: COMPLETED_KEPT, keepMs: COMPLETED_KEPT_MS, dataBytes: COMPLETED_DATA_BYTES };
    if (ids.length > 0) await this.scripts.run(ackScript, { ...this.me, ids, ...limits });
  }

  /** Lets go of a job that is not to be done any more. */
  async drop(id: string): Promise<void> {
    await this.scripts.run(ackScript, { ...this.me, ids: [id], keep: 0, keepMs: 0, dataBytes: 0 });
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
  async tend(): Promise<void> {
    await this.scripts.run(tendScript, { ...this.me, dueAtMost: DUE_AT_MOST });
  }

  release = async (): Promise<number> => await this.scripts.run(releaseScript, this.me);

  /** @returns whether the worker still holds the job; if not, nothing was noted */
  private async note(id: string, fields: Record<string, string | number>): Promise<boolean> {
    return await this.scripts.run(noteScript, { ...this.me, id, fields });
  }
}
