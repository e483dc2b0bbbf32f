import { luaScript } from '../redis/lua-script.js';
import { windowArguments, windowStatuses, type LimitWindow, type WindowStatus } from './window.js';

const keysOf = (windows: LimitWindow[]) => windows.map(({ key }) => key);

/** Spends from all windows of one owner or from none. */
export const spend = luaScript<LimitWindow[], WindowStatus[]>({
  url: new URL('./lua/spend.lua', import.meta.url),
  keys: keysOf,
  args: windowArguments,
  reply: windowStatuses,
});

/** Gives back what these statuses, all of one owner, say was spent. */
export const giveBack = luaScript<WindowStatus[], null>({
  url: new URL('./lua/give-back.lua', import.meta.url),
  keys: (statuses) => keysOf(statuses.map(({ window }) => window)),
  args: (statuses) => [
    ...windowArguments(statuses.map(({ window }) => window)),
    ...statuses.map(({ receipt }) => receipt),
  ],
  reply: () => null,
});

/** How much of a window is used, and when a slot frees (ms by Redis's clock); null when nothing is used. */
export interface WindowUse {
  window: LimitWindow;
  used: number;
  resetsAtMs: number | null;
}

/** Looks at windows of one owner. */
export const look = luaScript<LimitWindow[], WindowUse[]>({
  url: new URL('./lua/look.lua', import.meta.url),
  keys: keysOf,
  args: windowArguments,
  reply: (raw, windows) => {
    const replies = raw as [...[number, number][], number];
    const now = replies[windows.length] as number;
    return windows.map((window, index) => {
      const [used, resetMs] = replies[index] as [number, number];
      return { window, used, resetsAtMs: resetMs < 0 ? null : now + resetMs };
    });
  },
});
