import type { Key } from '../../redis/key.js';
import { luaScript } from '../../redis/lua-script.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const CODE_TTL_MS = 10 * MINUTE_MS;
/** Issue of the contract: at most once a minute and 5 an hour; 5 guesses a code and 20 an hour. */
const ASKED_AN_HOUR = 5;
const GUESSES_A_CODE = 5;
const GUESSES_AN_HOUR = 20;

export interface AskInput {
  asked: Key;
  /** Names the request. */
  order: string;
  /** 0 where only the hour's number counts. */
  intervalMs: number;
}

/** ms to wait before a code may be asked for again; 0 when it may, and this one counts. */
export const askCode = luaScript<AskInput, number>({
  url: new URL('./lua/ask-code.lua', import.meta.url),
  keys: ({ asked }) => [asked],
  args: ({ order, intervalMs }) => [order, intervalMs, ASKED_AN_HOUR, HOUR_MS],
  reply: Number,
});

export const storeCode = luaScript<{ code: Key; hash: string; holder: string; order: string }, boolean>({
  url: new URL('./lua/store-code.lua', import.meta.url),
  keys: ({ code }) => [code],
  args: ({ hash, holder, order }) => [hash, holder, order, CODE_TTL_MS],
  reply: (raw) => raw === 1,
});

/** Whom the code was made for, when the guess is right. */
export const redeemCode = luaScript<
  { code: Key; guesses: Key; hash: string; guess: string },
  string | undefined
>({
  url: new URL('./lua/redeem-code.lua', import.meta.url),
  keys: ({ code, guesses }) => [code, guesses],
  args: ({ hash, guess }) => [hash, guess, GUESSES_A_CODE, GUESSES_AN_HOUR, HOUR_MS],
  reply: (raw) => (typeof raw === 'string' ? raw : undefined),
});
