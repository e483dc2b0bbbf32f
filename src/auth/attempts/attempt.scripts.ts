import { keys } from '../../redis/keys.js';
import { luaScript } from '../../redis/lua-script.js';

/** How failures turn into delays. */
export interface AttemptPolicy {
  /** With this failure the first delay begins. */
  free: number;
  firstMs: number;
  longestMs: number;
  keepMs: number;
}

export interface Attempt {
  /** The account, or the name that nobody has, as a keyed hash. */
  account: string;
  /** Who tries: `strangers`, or the id of a device that has signed in to the account before. */
  counter: string;
  attemptId: string;
  policy: AttemptPolicy;
}

const policyArguments = ({ free, firstMs, longestMs, keepMs }: AttemptPolicy) => [
  free,
  firstMs,
  longestMs,
  keepMs,
];

export interface Begun {
  state: 'begun' | 'busy' | 'locked';
  /** Of the delay; 0 unless locked. */
  leftMs: number;
}

export const beginAttempt = luaScript<Attempt & { underWayMs: number }, Begun>({
  url: new URL('./lua/begin-attempt.lua', import.meta.url),
  keys: ({ account }) => [keys.auth.attempts(account)],
  args: ({ counter, attemptId, underWayMs, policy }) => [
    ...[counter, attemptId, underWayMs],
    ...policyArguments(policy),
  ],
  reply: (raw) => {
    const [state, leftMs] = raw as [Begun['state'], number];
    return { state, leftMs };
  },
});

export type Outcome = 'failed' | 'succeeded' | 'withdrawn';

export interface Settled {
  failures: number;
  /** Of the delay that this failure began; 0 for none. */
  delayMs: number;
}

export const settleAttempt = luaScript<Attempt & { outcome: Outcome }, Settled>({
  url: new URL('./lua/settle-attempt.lua', import.meta.url),
  keys: ({ account }) => [keys.auth.attempts(account)],
  args: ({ counter, attemptId, outcome, policy }) => [
    ...[counter, attemptId, outcome],
    ...policyArguments(policy),
  ],
  reply: (raw) => {
    const [failures, delayMs] = raw as [number, number];
    return { failures, delayMs };
  },
});
