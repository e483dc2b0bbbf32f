import { ownerOf, type Key } from '../redis/key.js';
import type { LuaArgument } from '../redis/lua-script.js';
import type { Algorithm } from './rule.js';

/** One limit of one owner, as a script takes it; see lua/windows.lua. */
export interface LimitWindow {
  name: string;
  algorithm: Algorithm;
  whenAway: 'refuse' | 'admit';
  key: Key;
  limit: number;
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
  /** Stands for what was spent; 0 when nothing was. */
  receipt: number;
}

export const windowArguments = (windows: LimitWindow[]): LuaArgument[] =>
  windows.flatMap(({ algorithm, limit, windowMs, member }) => [algorithm, limit, windowMs, member]);

/** Reads what `spendWindows` of lua/windows.lua replies. */
export function windowStatuses(raw: unknown, windows: LimitWindow[]): WindowStatus[] {
  if (!Array.isArray(raw)) throw new Error('A limit script replied with no list');
  return windows.map((window, index) => {
    const [allowed, remaining, resetMs, receipt] = raw[index] as [number, number, number, number];
    return { window, allowed: allowed === 1, remaining, resetMs, receipt };
  });
}

/** Groups what one script can take: the windows, or whatever has one, of each owner. */
export function byOwner<Item>(items: Item[], windowOf: (item: Item) => LimitWindow): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const owner = ownerOf(windowOf(item).key);
    groups.set(owner, [...(groups.get(owner) ?? []), item]);
  }
  return [...groups.values()];
}
