import { newId } from '../common/id.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../redis/lua-script.js';
import type { ChosenStatus, PresenceStatus } from './presence.dto.js';
import type { PresenceTimes } from './presence.times.js';

const KEPT_MS = 24 * 3600 * 1000;

/** One connection, and for how long it lives from now on; 0: it ends. */
export interface Lease {
  connectionId: string;
  status: ChosenStatus;
  forMs: number;
}

export interface Seen {
  status: PresenceStatus;
  /** Undefined when Redis does not know. */
  lastSeenAt: Date | undefined;
}

/** Since when leases have been watched without a break. */
export interface Watched {
  since: number;
  forMs: number;
}

export interface Due {
  userId: string;
  /** When the look was due. */
  at: number;
}

const ALL = 'all';
const watch = keys.presence.watch(ALL);
const due = keys.presence.due(ALL);
const leasesOf = (userId: string) => [
  keys.presence.leases(userId, 'online'),
  keys.presence.leases(userId, 'away'),
];
const timeOf = (ms: string | number) => (ms === '' ? undefined : new Date(Number(ms)));

export const expect = luaScript<PresenceTimes & { userIds: string[] }, Watched>({
  url: new URL('./lua/expect.lua', import.meta.url),
  keys: () => [watch, due],
  args: ({ leaseMs, settlingMs, gapMs, userIds }) => [leaseMs, settlingMs, gapMs, KEPT_MS, ...userIds],
  reply: (raw) => {
    const [since, forMs] = raw as [number, number];
    return { since, forMs };
  },
});

export const dueUsers = luaScript<PresenceTimes & { limit: number }, Due[]>({
  url: new URL('./lua/due.lua', import.meta.url),
  keys: () => [watch, due],
  args: ({ settlingMs, gapMs, limit }) => [settlingMs, gapMs, KEPT_MS, limit],
  reply: (raw) => {
    const flat = raw as string[];
    return flat.flatMap((userId, i) => (i % 2 === 0 ? [{ userId, at: Number(flat[i + 1]) }] : []));
  },
});

export const looked = luaScript<{ users: (Due & { nextAt: number | undefined })[] }, number>({
  url: new URL('./lua/looked.lua', import.meta.url),
  keys: () => [due],
  args: ({ users }) => users.flatMap(({ userId, at, nextAt }) => [userId, at, nextAt ?? '']),
  reply: Number,
});

export interface Updated extends Seen {
  /** When the next lease ends; undefined when there is none. */
  nextAt: number | undefined;
  /** Whether this changed the status, and told it. */
  told: boolean;
}

export const update = luaScript<{ userId: string; leases: Lease[]; leaseMs: number }, Updated>({
  url: new URL('./lua/update.lua', import.meta.url),
  keys: ({ userId }) => [
    ...leasesOf(userId),
    keys.presence.presence(userId),
    keys.events.presenceStream(userId),
  ],
  args: ({ userId, leases, leaseMs }) => [
    ...[userId, leaseMs, KEPT_MS, newId()],
    ...leases.flatMap(({ connectionId, status, forMs }) => [connectionId, status, forMs]),
  ],
  reply: (raw) => {
    const [status, lastSeenAt, nextAt, told] = raw as [PresenceStatus, string | number, '' | number, 0 | 1];
    return {
      ...{ status, lastSeenAt: timeOf(lastSeenAt), told: told === 1 },
      nextAt: nextAt === '' ? undefined : nextAt,
    };
  },
});

export const look = luaScript<{ userId: string }, Seen>({
  url: new URL('./lua/look.lua', import.meta.url),
  keys: ({ userId }) => [...leasesOf(userId), keys.presence.presence(userId)],
  args: () => [],
  reply: (raw) => {
    const [status, lastSeenAt] = raw as [PresenceStatus, string];
    return { status, lastSeenAt: timeOf(lastSeenAt) };
  },
});
