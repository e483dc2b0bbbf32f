import type { Priority, Progress } from './job.js';

export interface QueueStats {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  /** So far, as long as this Redis remembers. */
  completed: number;
  /** How many were given up so far; `failed` counts those that are kept. */
  failures: number;
  paused: boolean;
  /** For how long the job at the front has been there; null when none waits. */
  oldestWaitingMs: number | null;
}

export const JOB_STATES = ['waiting', 'active', 'delayed', 'failed', 'completed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A job as operators see it; moments are ms since 1970. */
export interface JobRecord {
  id: string;
  /** Undefined when it is not JSON. */
  data: unknown;
  priority: Priority;
  attempts: number;
  error: string | null;
  /** Its last failures, the newest last. */
  history: { at: number; error: string }[];
  progress: Progress | null;
  enqueuedAt: number;
  /** Of one that is delayed. */
  dueAt: number | null;
  failedAt: number | null;
  completedAt: number | null;
}

export interface JobList {
  jobs: JobRecord[];
  /** Whether others come after the places that were looked at. */
  hasMore: boolean;
}
