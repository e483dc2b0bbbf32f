/** How workers of a queue behave; tests shorten the times. */
export interface WorkerOptions {
  /** A worker whose lease is not renewed for so long is dead, and its jobs return. */
  leaseMs: number;
  /** How often a worker renews its lease, returns the jobs of dead workers, and promotes delayed ones. */
  tendEveryMs: number;
  /** How long a worker without jobs waits for the bell; well below the lease, since it looks by itself afterwards. */
  waitMs: number;
  /** The delay before the second attempt; it doubles, up to `retryCapMs`. */
  retryBaseMs: number;
  retryCapMs: number;
  /** How long `stop` lets the batch at work finish. */
  finishWithinMs: number;
}

export const DEFAULTS: WorkerOptions = {
  leaseMs: 8_000,
  tendEveryMs: 500,
  waitMs: 1_000,
  retryBaseMs: 1_000,
  retryCapMs: 60_000,
  finishWithinMs: 7_000,
};

/** So many workers may end while a job runs alone; then it is given up. */
export const CRASHES_ALLOWED = 3;
/** From so many outages on, a job runs alone: it may be what the store cannot take. */
export const OUTAGES_UNTIL_ALONE = 3;
/** A job waits no longer than this for a store that was away. */
export const OUTAGE_RETRY_CAP_MS = 5_000;
export const DUE_AT_MOST = 1_000;
export const FAILED_KEPT = 10_000;
export const FAILED_KEPT_MS = 7 * 24 * 3_600_000;
export const ERROR_LENGTH = 500;
/** Of jobs that are done, the last ones are shown to operators, with what they carried if it was small. */
export const COMPLETED_KEPT = 1_000;
export const COMPLETED_KEPT_MS = 24 * 3_600_000;
export const COMPLETED_DATA_BYTES = 1_024;
