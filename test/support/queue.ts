import type { Job, JobInput, Processor } from '../../src/queue/job.js';
import { QueueWorkers } from '../../src/queue/queue-workers.js';
import { Queues } from '../../src/queue/queues.service.js';
import { WorkerHand } from '../../src/queue/worker-hand.js';
import type { TestRedis } from './redis.js';

/** Times short enough for tests, in the proportions of the real ones. */
export const QUICK = { leaseMs: 1_000, tendEveryMs: 50, waitMs: 200, retryBaseMs: 20, finishWithinMs: 2_000 };

/** A processor that notes what it is given; `work` is what it does with a batch. */
export class Recorder implements Processor {
  readonly batches: string[][] = [];
  readonly givenUp: string[] = [];
  maxAttempts = 3;
  batchSize = 10;

  constructor(
    readonly queue: string,
    readonly work: (jobs: Job[]) => Promise<ReadonlyMap<string, Error>> | Promise<void> = async () => {},
  ) {}

  get done(): string[] {
    return this.batches.flat();
  }

  async process(jobs: Job[]): Promise<ReadonlyMap<string, Error>> {
    this.batches.push(jobs.map(({ id }) => id));
    return (await this.work(jobs)) ?? new Map();
  }

  giveUp(job: Job, error: Error): Promise<void> {
    this.givenUp.push(`${job.id}: ${error.message}`);
    return Promise.resolve();
  }
}

export const queueOn = (test: TestRedis) => ({
  queues: new Queues(test.scripts),
  workers: new QueueWorkers(test.scripts, test.connections),
  /** A worker's hand without its loop: it never renews its lease, as if its process had died. */
  hand: (queue: string, workerId: string, leaseMs = 1) =>
    new WorkerHand(test.scripts, { queue, workerId, leaseMs }),
});

export const jobs = (count: number, name = 'job'): JobInput[] =>
  Array.from({ length: count }, (_none, n) => ({ id: `${name}-${n}`, data: { n } }));

export const idsOf = (inputs: JobInput[]): string[] => inputs.map(({ id }) => id);
