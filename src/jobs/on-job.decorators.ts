import { SetMetadata } from '@nestjs/common';
import type { Transaction } from '../database/database.service.js';
import type { Job, JobInput, Progress } from '../queue/job.js';
import type { JobKind } from './job-kind.js';

export interface JobContext {
  /** Tells operators how far it is. */
  progress: (progress: Progress) => Promise<void>;
}

/** Of a job that the outbox promises. */
export interface PromisedJobContext extends JobContext {
  /** Holds the promise: what is written in it is committed with its end, exactly once. It may take a minute. */
  tx: Transaction;
  /** Runs once that is committed, if it is: to enqueue what it promises in its turn. */
  afterwards: (run: () => Promise<void>) => void;
}

/** Rows of one's own that promise jobs, in the order of their ids. */
export type Overdue = (afterId: string, limit: number) => Promise<JobInput[]>;

export type JobHandler<Data> = (job: Job<Data>, context: PromisedJobContext) => Promise<void>;
export type BatchHandler<Data> = (
  jobs: Job<Data>[],
  context: JobContext,
) => Promise<ReadonlyMap<string, Error>>;
export type GivenUpHandler<Data> = (job: Job<Data>, error: Error) => Promise<void>;
export type RevivedHandler<Data> = (job: Job<Data>) => Promise<void>;

export type HandlerRole = 'one' | 'batch' | 'givenUp' | 'revived' | 'overdue';

export interface HandlerMark {
  kind: JobKind<object>;
  role: HandlerRole;
}

export const HANDLER_MARK = 'redistack:on-job';

type Marks<Handler> = <Method extends Handler>(
  target: object,
  name: string,
  method: TypedPropertyDescriptor<Method>,
) => void;

const mark = (role: HandlerRole, kind: JobKind<object>) => SetMetadata(HANDLER_MARK, { kind, role });

/** Does jobs of a kind that the outbox promises, one by one. It throws when the job is to be tried again. */
export const OnJob = <Data extends object>(kind: JobKind<Data>): Marks<JobHandler<Data>> => mark('one', kind);

/**
 * Does jobs of a kind that rows of the feature promise, a batch at a time. It answers with those that failed, or throws
 * when all did; whoever is told twice of a job must do it once.
 */
export const OnJobs = <Data extends object>(kind: JobKind<Data>): Marks<BatchHandler<Data>> =>
  mark('batch', kind);

/** Is told, once or more, that a job was given up. */
export const OnGivenUp = <Data extends object>(kind: JobKind<Data>): Marks<GivenUpHandler<Data>> =>
  mark('givenUp', kind);

/** Is told, once or more, that a job which was given up is tried again. */
export const OnRevived = <Data extends object>(kind: JobKind<Data>): Marks<RevivedHandler<Data>> =>
  mark('revived', kind);

/** Tells which jobs of a kind are promised for over 5 s. */
export const OverdueJobs = <Data extends object>(kind: JobKind<Data>): Marks<Overdue> =>
  mark('overdue', kind);
