export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** A job to be done: the same `id` is queued once, however often it is enqueued. */
export interface JobInput {
  /** Up to 200 characters, without braces and white space. */
  id: string;
  /** At most 64 KB as JSON. */
  data: JsonValue;
}

export interface Job {
  id: string;
  /** What was enqueued; to be parsed again, since it may come from an older version. */
  data: unknown;
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
  /** Why it failed last. */
  error: string | undefined;
  /** Its data is not JSON. */
  unreadable: boolean;
}

/** What one queue's jobs mean. Delivery is at least once: `process` and `giveUp` must have their effect once. */
export interface Processor {
  queue: string;
  batchSize: number;
  maxAttempts: number;
  /**
   * Does the jobs. Throws when all failed, or answers with those that did; the others are acknowledged. When a batch
   * of several throws, each runs again alone, and only then does the failure count. An outage (`isOutage`) never counts.
   */
  process(jobs: Job[]): Promise<ReadonlyMap<string, Error>> | Promise<void>;
  /** Told before a job goes to `failed`; when it throws, it is told again later. */
  giveUp(job: Job, error: Error): Promise<void>;
}

export interface QueueStats {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
}
