import type { Run } from '../jobs/run-log.service.js';
import { HOUR_MS } from './lifecycle.times.js';

/** What lets go of what is over: a sweep that comes round, or Redis by itself. */
export interface Round {
  name: string;
  what: string;
  /** How often it runs; undefined for what Redis or the queues' own workers see to all the time. */
  everyMs?: number;
}

export type SweptRound = Round & { everyMs: number };

const MINUTE_MS = 60_000;
/** What failed is tried again after this. */
const AGAIN_MS = MINUTE_MS;

/** When it is due, in ms; long since what never ran, and at once what was stopped on the way. */
export function dueAtMs(everyMs: number, run: Run | undefined): number {
  if (!run) return 0;
  const afterMs = { done: everyMs, failed: Math.min(AGAIN_MS, everyMs), stopped: run.durationMs };
  return run.atMs + afterMs[run.outcome];
}

const sweep = (name: string, everyMs: number, what: string): SweptRound => ({ name, everyMs, what });
const standing = (name: string, what: string): Round => ({ name, what });

export const ROUNDS = {
  lastSeen: sweep('last-seen', HOUR_MS, 'Saves in PostgreSQL when users were last seen'),
  warnings: sweep('dormancy-warnings', HOUR_MS, 'Warns those whose accounts fall dormant in two days'),
  dormancy: sweep('dormancy', HOUR_MS, 'Lets accounts fall dormant that nobody uses'),
  orphans: sweep(
    'orphaned-keys',
    MINUTE_MS,
    'Gives keys a day to live that the registry does not know, or that should expire and would not; some 5,000 a run',
  ),
  retention: sweep('retention', MINUTE_MS, 'Deletes rows that only serve a while'),
} as const;

/** All there are, for operators. */
export const allRounds: Round[] = [
  ...Object.values(ROUNDS),
  standing(
    'standings',
    'Boards of periods, quizzes and groups expire 2 days after they were last read or changed',
  ),
  standing(
    'sessions',
    'Sessions and presence expire by themselves, and with them limits, codes and profiles',
  ),
  standing('streams', 'Topics expire 7 days after their last event, and are capped'),
  standing(
    'jobs',
    'Jobs that are done are deleted; 1,000 are shown for a day, 10,000 that failed for a week',
  ),
  standing(
    'leases',
    'Workers return the jobs of those that died within 10 seconds; leases of connections end after 27',
  ),
];
