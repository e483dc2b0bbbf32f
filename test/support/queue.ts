import type { Job, JobInput, Processor, ReportProgress } from '../../src/queue/job.js';
import type { QueueStats } from '../../src/queue/queue-inspection.types.js';
import { QueueInspector } from '../../src/queue/queue-inspector.service.js';
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
  readonly revived: string[] = [];
  together = true;
  maxAttempts = 3;
  batchSize = 10;

  constructor(
    readonly queue: string,
    readonly work: (
      jobs: Job[],
      report: ReportProgress,
    ) => Promise<ReadonlyMap<string, Error>> | Promise<void> = async () => {},
  ) {}

  get done(): string[] {
    return this.batches.flat();
  }

  async process(jobs: Job[], report: ReportProgress): Promise<ReadonlyMap<string, Error>> {
    this.batches.push(jobs.map(({ id }) => id));
    return (await this.work(jobs, report)) ?? new Map();
  }

  revive({ id }: Job): Promise<void> {
    this.revived.push(id);
    return Promise.resolve();
  }

  giveUp(job: Job, error: Error): Promise<void> {
    this.givenUp.push(`${job.id}: ${error.message}`);
    return Promise.resolve();
  }
}

const inspectorOn = (test: TestRedis) => new QueueInspector(test.scripts, test.redis);

export const queueOn = (test: TestRedis) => ({
  queues: new Queues(test.scripts),
  inspector: inspectorOn(test),
  /** How many jobs are in each state. */
  stats: async (queue: string) => {
    const [{ waiting, active, delayed, failed }] = (await inspectorOn(test).stats([queue])) as [QueueStats];
    return { waiting, active, delayed, failed };
  },
  workers: new QueueWorkers(test.scripts, test.connections),
  /** A worker's hand without its loop: it never renews its lease, as if its process had died. */
  hand: (queue: string, workerId: string, leaseMs = 1) =>
    new WorkerHand(test.scripts, { queue, workerId, leaseMs }),
});

export const jobs = (count: number, name = 'job'): JobInput[] =>
  Array.from({ length: count }, (_none, n) => ({ id: `${name}-${n}`, data: { n } }));

export const idsOf = (inputs: { id: string }[]): string[] => inputs.map(({ id }) => id);
