import { luaScript } from '../redis/lua-script.js';
import { windowArguments, windowStatuses, type LimitWindow, type WindowStatus } from './window.js';

/** Spends from all windows of one owner or from none. */
export const spend = luaScript<LimitWindow[], WindowStatus[]>({
  url: new URL('./lua/spend.lua', import.meta.url),
  keys: (windows) => windows.map((window) => window.key),
  args: windowArguments,
  reply: windowStatuses,
});
