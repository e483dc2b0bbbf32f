import type { Key } from '../redis/key.js';
import { luaScript } from '../redis/lua-script.js';

export const renewTurn = luaScript({
  url: new URL('./lua/renew-turn.lua', import.meta.url),
  keys: ({ turn }: { turn: Key; token: string; forMs: number }) => [turn],
  args: ({ token, forMs }) => [token, forMs],
  reply: (raw) => raw === 1,
});

export const giveBackTurn = luaScript({
  url: new URL('./lua/give-back-turn.lua', import.meta.url),
  keys: ({ turn }: { turn: Key; token: string }) => [turn],
  args: ({ token }) => [token],
  reply: (raw) => raw === 1,
});
