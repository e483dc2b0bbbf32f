export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

export const PRIORITIES = ['high', 'normal', 'low'] as const;
/** Jobs of a higher priority go first, but no priority starves another. */
export type Priority = (typeof PRIORITIES)[number];

/** A job to be done: the same `id` is queued once, however often it is enqueued. */
export interface JobInput {
  /** Up to 200 characters, without braces and white space. */
  id: string;
  /** At most 64 KB as JSON. */
  data: JsonValue;
  priority?: Priority;
  /** Not before so long from now, to within a second. */
  delayMs?: number;
}

export interface Job<Data = unknown> {
  id: string;
  /** What was enqueued; to be parsed again, since it may come from an older version. */
  data: Data;
  priority: Priority;
  /** How often it failed so far. */
  attempts: number;
  /** ms since 1970, by the clock of Redis. */
  enqueuedAt: number;
}

/** A job as a worker holds it. */
export interface HeldJob extends Job {
  /** It failed, or came back from a dead worker: it runs in a batch of its own. */
  alone: boolean;
  /** How many workers ended while it ran alone. */
  crashes: number;
  /** How often a store was away when it ran. */
  outages: number;
  /** An operator does not want it done any more. */
  removed: boolean;
  /** It was given up, and an operator wants it tried again. */
  revived: boolean;
  /** Why it failed last. */
  error: string | undefined;
  /** After how many attempts a worker gave it up, which ended before that was settled. */
  givenUp: number | undefined;
  /** Its data is not JSON. */
  unreadable: boolean;
}

/** How far a job is, for operators to see. */
export interface Progress {
  done: number;
  total: number;
}

export type ReportProgress = (job: Job, progress: Progress) => Promise<void>;

/** What one queue's jobs mean. Delivery is at least once: what is told here must have its effect once. */
export interface Processor {
  queue: string;
  /** Jobs that a worker takes at once. */
  batchSize: number;
  /** Whether a batch is one piece of work; if not, each of its jobs runs, and is acknowledged, by itself. */
  together: boolean;
  maxAttempts: number;
  /**
   * Does the jobs. Throws when all failed, or answers with those that did; the others are acknowledged. When a batch
   * of several throws, each runs again alone, and only then does the failure count. An outage (`isOutage`) and
   * `NotNow` never count; `Hopeless` is not tried again.
   */
  process(jobs: Job[], report: ReportProgress): Promise<ReadonlyMap<string, Error>> | Promise<void>;
  /** Told before a job goes to `failed`, or is removed by an operator; when it throws, it is told again later. */
  giveUp(job: Job, error: Error): Promise<void>;
  /** Told before a job that was given up is tried again. */
  revive(job: Job): Promise<void>;
}

/** Why a job failed, in words that operators may read. */
export class Failure extends Error {}

/** A job that no further try will get done. */
export class Hopeless extends Failure {}

/** A job that cannot be done at this moment, through no fault of its own. */
export class NotNow extends Failure {}
