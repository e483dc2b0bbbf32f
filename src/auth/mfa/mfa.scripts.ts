import type { Key } from '../../redis/key.js';
import { keys } from '../../redis/keys.js';
import { luaScript } from '../../redis/lua-script.js';

/** Who is asked: somebody logging in, or a session for a change. Counted apart, so that neither locks the other out. */
export type TryScope = 'log-in' | 'session';

export interface Try {
  id: string;
  userId: string;
  scope: TryScope;
  /** The ticket of the log-in, where it is one. */
  ticketId?: string;
}

export type TryBegun =
  { state: 'begun'; tries: number } | { state: 'spent' } | { state: 'locked'; retryAfterMs: number };

const HOUR_MS = 3_600_000;
export const TRIES_AN_HOUR = 10;
const TRIES_A_TICKET = 5;
export const TICKET_MS = 300_000;

const keysOf = ({ userId, scope, ticketId }: Try): Key[] => [
  keys.auth.mfaTries(userId, scope),
  ...(ticketId === undefined ? [] : [keys.auth.mfaTicket(userId, ticketId)]),
];

/** Counts a try at the second factor before it is compared. */
export const beginTry = luaScript<Try, TryBegun>({
  url: new URL('./lua/begin-try.lua', import.meta.url),
  keys: keysOf,
  args: ({ id }) => [id, TRIES_AN_HOUR, HOUR_MS, TRIES_A_TICKET, TICKET_MS],
  reply: (raw) => {
    const [state, number = 0] = raw as [TryBegun['state'], number | undefined];
    if (state === 'locked') return { state, retryAfterMs: number };
    return state === 'begun' ? { state, tries: number } : { state };
  },
});

/** Takes back the count of a try that was right; false when somebody else had its ticket first. */
export const finishTry = luaScript<Try, boolean>({
  url: new URL('./lua/finish-try.lua', import.meta.url),
  keys: keysOf,
  args: ({ id }) => [id, TICKET_MS],
  reply: (raw) => raw === 1,
});
