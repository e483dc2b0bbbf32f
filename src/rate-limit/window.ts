import type { LimitName } from '../config/limits.js';
import type { Key } from '../redis/key.js';
import type { LuaArgument } from '../redis/lua-script.js';

export type WindowKind = 'fixed' | 'sliding';

/** One limit of one owner, as a script takes it; see lua/windows.lua. */
export interface LimitWindow {
  name: LimitName;
  kind: WindowKind;
  key: Key;
  count: number;
  windowMs: number;
  /** Identifies the request in a sliding window; the same member spends one slot. */
  member: string;
}

/** What a window answered; when refused, `resetMs` is the time until a slot frees. */
export interface WindowStatus {
  window: LimitWindow;
  allowed: boolean;
  remaining: number;
  resetMs: number;
}

export const windowArguments = (windows: LimitWindow[]): LuaArgument[] =>
  windows.flatMap((window) => [window.kind, window.count, window.windowMs, window.member]);

/** Reads what `spendWindows` of lua/windows.lua replies. */
export function windowStatuses(raw: unknown, windows: LimitWindow[]): WindowStatus[] {
  if (!Array.isArray(raw)) throw new Error('A limit script replied with no list');
  return windows.map((window, index) => {
    const [allowed, remaining, resetMs] = raw[index] as [number, number, number];
    return { window, allowed: allowed === 1, remaining, resetMs };
  });
}
