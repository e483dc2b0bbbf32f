import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { v4 as uuid } from 'uuid';
import { RedisConnections } from '../redis/redis-connections.js';
import { ScriptRunner } from '../redis/script-runner.js';
import type { Processor } from './job.js';
import { QueueWorker } from './queue-worker.js';
import { DEFAULTS, type WorkerOptions } from './queue.options.js';
import { WorkerHand } from './worker-hand.js';

/** Starts this process's workers, and stops them before its connections close. */
@Injectable()
export class QueueWorkers implements BeforeApplicationShutdown {
  private readonly workers: QueueWorker[] = [];

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly connections: RedisConnections,
  ) {}

  /** A running worker; only the worker process calls this. */
  start(processor: Processor, given: Partial<WorkerOptions> = {}): QueueWorker {
    const options = { ...DEFAULTS, ...given };
    const { queue } = processor;
    // A new name each time: what the last process of this name held is recovered, not taken for one's own.
    const hand = new WorkerHand(this.scripts, { queue, workerId: uuid(), leaseMs: options.leaseMs });
    const blocking = this.connections.blocking(`queue-${queue}`, options.waitMs);
    const worker = new QueueWorker(processor, hand, blocking, options).start();
    this.workers.push(worker);
    return worker;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map(async (worker) => await worker.stop()));
  }
}
