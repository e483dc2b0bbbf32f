import type { Type } from '@nestjs/common';

/** What a feature says of a kind of job. */
export interface JobKindSpec<Data extends object> {
  /** Of its queue, too: imperative, such as `mail.send`. */
  name: string;
  /** What a job carries: a class whose validators check it when it is taken. Left out when its id says it all. */
  data?: Type<Data>;
  /**
   * Who promises it, and puts it back when Redis has lost it: a row of the outbox, written by `Outbox.add`; or rows of the
   * feature's own, which it tells by `@OverdueJobs`.
   */
  promisedBy: 'outbox' | 'rows';
  maxAttempts: number;
  /** How many are taken at once; 10 when left out. */
  batchSize?: number;
  /** How many workers a process runs for it; 1 when left out. */
  workers?: number;
  /** Given up, it is promised on: it comes back when its failure is forgotten, after a week. */
  standing?: boolean;
}

export type JobKind<Data extends object> = JobKindSpec<Data> & Required<Omit<JobKindSpec<Data>, 'data'>>;

export type NoData = Record<string, never>;

const catalogue = new Map<string, JobKind<object>>();

/** Adds a kind of job to the catalogue. @throws Error when there is one of that name */
export function jobKind<Data extends object = NoData>(spec: JobKindSpec<Data>): JobKind<Data> {
  if (catalogue.has(spec.name)) throw new Error(`There are two kinds of job called ${spec.name}`);
  const kind = { batchSize: 10, workers: 1, standing: false, ...spec };
  catalogue.set(kind.name, kind);
  return kind;
}

/** All kinds that any feature has. */
export const jobKinds = (): JobKind<object>[] => [...catalogue.values()];
