import type { RateLimitRule } from '../rate-limit/rule.js';

/** What a user writes or changes, over REST and sockets together. */
export const MESSAGE_LIMIT: RateLimitRule = { name: 'MESSAGE', by: 'user', algorithm: 'fixed' };

/** Lengths are in Unicode code points. */
export const LIMITS = {
  members: 1_000,
  /** That one user is in: a score is written on the board of each. */
  groups: 500,
  nameLength: 100,
  textLength: 4_000,
  /** Of the last message in a snapshot: a client may follow 200 conversations at once. */
  excerptLength: 200,
  clientMessageIdLength: 100,
  /** Read markers are shown to groups of up to so many. */
  membersWhoSeeReading: 50,
  reasonLength: 500,
} as const;
