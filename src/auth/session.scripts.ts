import type { Role } from '../common/caller.js';
import {
  windowArguments,
  windowStatuses,
  type LimitWindow,
  type WindowStatus,
} from '../rate-limit/window.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../redis/lua-script.js';

export interface SessionId {
  userId: string;
  sessionId: string;
}

const sessionKey = ({ userId, sessionId }: SessionId) => keys.auth.session(userId, sessionId);

export interface AdmitInput extends SessionId {
  idleMs: number;
  /** Of the same user; spent all or none. */
  windows: LimitWindow[];
}

export type Admitted =
  { state: 'missing' | 'ended' } | { state: 'live'; username: string; role: Role; statuses: WindowStatus[] };

/** Checks and touches the session and the profile, and spends limits: one round trip a request. */
export const admit = luaScript<AdmitInput, Admitted>({
  url: new URL('./lua/admit.lua', import.meta.url),
  keys: (input) => [
    sessionKey(input),
    keys.profile.profile(input.userId),
    ...input.windows.map((window) => window.key),
  ],
  args: ({ idleMs, windows }) => [idleMs, ...windowArguments(windows)],
  reply: (raw, { windows }) => {
    const [state, username, role, statuses] = raw as [Admitted['state'], string, Role, unknown];
    return state === 'live'
      ? { state, username, role, statuses: windowStatuses(statuses, windows) }
      : { state };
  },
});

export interface RestoreInput extends SessionId {
  username: string;
  role: Role;
  expiresAt: Date;
  idleMs: number;
}

/** `differs`: it was there, in another role. */
export type Restored = 'created' | 'live' | 'differs' | 'ended';

export const restoreSession = luaScript<RestoreInput, Restored>({
  url: new URL('./lua/restore-session.lua', import.meta.url),
  keys: (input) => [sessionKey(input)],
  args: ({ username, role, expiresAt, idleMs }) => [username, role, expiresAt.getTime(), idleMs],
  reply: (raw) => raw as Restored,
});

export const endSession = luaScript<SessionId & { keepMs: number }, null>({
  url: new URL('./lua/end-session.lua', import.meta.url),
  keys: (input) => [sessionKey(input)],
  args: ({ keepMs }) => [keepMs],
  reply: () => null,
});

export const setSessionRole = luaScript<SessionId & { role: Role }, boolean>({
  url: new URL('./lua/set-session-role.lua', import.meta.url),
  keys: (input) => [sessionKey(input)],
  args: ({ role }) => [role],
  reply: (raw) => raw === 1,
});
