import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { untilConnected } from '../redis/redis-connections.js';
import { BatchRunner } from './batch-runner.js';
import type { Processor } from './job.js';
import { OutageWatch, pause } from './outage-watch.js';
import type { WorkerOptions } from './queue.options.js';
import type { WorkerHand } from './worker-hand.js';

const START_PATIENCE_MS = 1_000;

/**
 * Takes and processes the jobs of one queue until it is stopped, one batch at a time. Nothing ends its loop: what it
 * has taken is on its own list in Redis, which every round reads again, so that a lost reply loses no job.
 */
export class QueueWorker {
  private readonly logger = new Logger('Queue');
  private readonly stopping = new AbortController();
  private readonly ended = new AbortController();
  private readonly runner: BatchRunner;
  private loops: { work: Promise<void>; tend: Promise<void> } | undefined;
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly processor: Processor,
    private readonly hand: WorkerHand,
    private readonly blocking: Redis,
    private readonly options: WorkerOptions,
  ) {
    this.runner = new BatchRunner(processor, hand, options, this.logger);
  }

  start(): this {
    this.loops ??= { work: this.work(), tend: this.tend() };
    return this;
  }

  /** Stops taking, lets the batch at work finish for a bounded time, returns what is left, and ends the lease. */
  async stop(): Promise<void> {
    this.stopped ??= this.drain();
    await this.stopped;
  }

  private async work(): Promise<void> {
    const { queue } = this.processor;
    const redis = new OutageWatch(`the worker of queue ${queue}`, this.logger, this.stopping.signal);
    const stores = new OutageWatch(`the work on queue ${queue}`, this.logger, this.stopping.signal);
    await untilConnected(this.blocking, START_PATIENCE_MS);
    while (!this.stopping.signal.aborted) {
      try {
        await this.round(stores);
        redis.over();
      } catch (error) {
        await redis.pause(error);
      }
    }
  }

  private async round(stores: OutageWatch): Promise<void> {
    const jobs = await this.hand.take(this.processor.batchSize);
    if (jobs.length === 0) {
      await this.hand.wait(this.blocking, this.options.waitMs);
      return;
    }
    const outage = await this.runner.run(jobs, this.stopping.signal);
    if (outage) await stores.pause(outage);
    else stores.over();
  }

  private async tend(): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted) {
      await this.hand
        .tend()
        .catch((error: unknown) =>
          this.logger.debug(`${this.processor.queue}: not tended: ${String(error)}`),
        );
      await pause(this.options.tendEveryMs, signal);
    }
  }

  private async drain(): Promise<void> {
    this.stopping.abort();
    // All it waits for there is the bell.
    this.blocking.disconnect();
    const patience = pause(this.options.finishWithinMs, this.ended.signal);
    await Promise.race([this.loops?.work, patience]);
    this.ended.abort();
    await this.loops?.tend;
    await this.hand.release().catch((error: unknown) => {
      this.logger.warn(
        `${this.processor.queue}: what it holds returns when its lease ends: ${String(error)}`,
      );
    });
  }
}
