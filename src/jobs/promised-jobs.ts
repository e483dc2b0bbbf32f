import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { asError } from '../common/as-error.js';
import { Hopeless, type Job, type JsonValue, type Processor, type ReportProgress } from '../queue/job.js';
import type { JobKind } from './job-kind.js';
import type {
  BatchHandler,
  GivenUpHandler,
  JobHandler,
  Overdue,
  RevivedHandler,
} from './on-job.decorators.js';
import type { Outbox } from './outbox.service.js';

/** What a feature does about a kind of job. */
export interface Handlers {
  one?: JobHandler<object>;
  batch?: BatchHandler<object>;
  givenUp?: GivenUpHandler<object>;
  revived?: RevivedHandler<object>;
  overdue?: Overdue;
}

/** The queue's view of a kind: its jobs are checked when they are taken, and their promises kept. */
export function processorOf(kind: JobKind<object>, handlers: Handlers, outbox: Outbox): Processor {
  const { name, maxAttempts, batchSize, promisedBy, standing } = kind;
  const inOutbox = promisedBy === 'outbox';
  return {
    ...{ queue: name, maxAttempts, batchSize, together: !inOutbox },
    process: inOutbox ? keeping(kind, handlers, outbox) : doing(kind, handlers),
    giveUp: async (job, error) => {
      await handlers.givenUp?.(await checked(kind, job).catch(() => withoutData(job)), error);
      if (inOutbox && !standing) await outbox.settle([job.id]);
    },
    revive: async (job) => {
      if (inOutbox) await outbox.renew(kind, { id: job.id, data: job.data as JsonValue });
      await handlers.revived?.(await checked(kind, job));
    },
  };
}

/** Of a feature's own rows. */
const doing =
  (kind: JobKind<object>, { batch }: Handlers): Processor['process'] =>
  async (jobs, report) => {
    if (!batch) throw new Error(`Nobody does jobs of kind ${kind.name}`);
    const failures = new Map<string, Error>();
    const good: Job<object>[] = [];
    for (const job of jobs) {
      await checked(kind, job).then(
        (one) => good.push(one),
        (error: unknown) => failures.set(job.id, asError(error)),
      );
    }
    const failed = good.length === 0 ? new Map<string, Error>() : await batch(good, contextOf(jobs, report));
    return new Map([...failures, ...failed]);
  };

/** Of the outbox. */
const keeping =
  (kind: JobKind<object>, { one }: Handlers, outbox: Outbox): Processor['process'] =>
  async (jobs, report) => {
    if (!one) throw new Error(`Nobody does jobs of kind ${kind.name}`);
    for (const job of jobs) {
      const good = await checked(kind, job);
      const after: (() => Promise<void>)[] = [];
      const afterwards = (run: () => Promise<void>) => void after.push(run);
      await outbox.keep(
        job.id,
        async (tx) => await one(good, { ...contextOf([job], report), tx, afterwards }),
      );
      for (const run of after) await run();
    }
  };

const contextOf = ([job]: Job[], report: ReportProgress) => ({
  progress: async (progress: Parameters<ReportProgress>[1]) => {
    if (job) await report(job, progress);
  },
});

/** @throws Hopeless for data that is not what its kind carries: no further try makes it so */
async function checked(kind: JobKind<object>, job: Job): Promise<Job<object>> {
  if (!kind.data) return withoutData(job);
  const data: unknown = plainToInstance(kind.data, job.data);
  const isGood = data instanceof kind.data && (await validate(data)).length === 0;
  if (!isGood) throw new Hopeless(`its data is not that of a job ${kind.name}`);
  return { ...job, data };
}

const withoutData = (job: Job): Job<object> => ({ ...job, data: {} });
