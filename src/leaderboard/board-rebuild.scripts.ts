import { luaScript } from '../redis/lua-script.js';
import { hintOf, keysOf, type Board } from './board.js';

/** Whether a board can be believed. */
export interface BoardState {
  /** The run of Redis in which the board was last whole; null when it must be built. */
  marker: string | null;
  /** The run of Redis that answered. */
  run: string;
  nowMs: number;
  /** When the board was last noted to be whole; null when it never was, or is not always kept. */
  seenMs: number | null;
}

export const boardState = luaScript({
  url: new URL('./lua/state.lua', import.meta.url),
  keys: ({ board }: { board: Board }) => watchedKeys(board),
  args: () => [],
  reply: (raw): BoardState => {
    const [marker, run, now, seen] = Array.isArray(raw) ? (raw as unknown[]) : [];
    if (typeof run !== 'string') throw new Error('Redis does not tell its run_id');
    return {
      ...{ marker: typeof marker === 'string' ? marker : null, run },
      ...{ nowMs: Number(now), seenMs: typeof seen === 'string' ? Number(seen) : null },
    };
  },
});

/** Replies whether the board is whole, and notes when. */
export const confirm = luaScript({
  url: new URL('./lua/confirm.lua', import.meta.url),
  keys: ({ board }: { board: Board }) => watchedKeys(board),
  args: ({ board }) => [board.keptMs ?? 0],
  reply: (raw) => raw === 1,
});

/** Sets the marker; replies false when the lock was lost or Redis is another than when it was taken. */
export const finishRebuild = luaScript({
  url: new URL('./lua/finish-rebuild.lua', import.meta.url),
  keys: ({ board }: { board: Board; token: string; run: string }) => {
    const own = keysOf(board);
    return [own.ready, own.seen, own.rebuild, own.stream];
  },
  args: ({ board, token, run }) => [token, run, hintOf(board), board.keptMs ?? 0],
  reply: (raw) => raw === 1,
});

export const releaseRebuild = luaScript({
  url: new URL('./lua/release.lua', import.meta.url),
  keys: ({ board }: { board: Board; token: string }) => [keysOf(board).rebuild],
  args: ({ token }) => [token],
  reply: (raw) => raw === 1,
});

/** The marker of a board that is to be built anew though it is there. */
export const DEMANDED = 'again';

export const demandRebuild = luaScript({
  url: new URL('./lua/demand-rebuild.lua', import.meta.url),
  keys: ({ board }: { board: Board }) => [keysOf(board).ready],
  args: () => [DEMANDED],
  reply: (raw) => raw === 1,
});

const watchedKeys = (board: Board) => {
  const own = keysOf(board);
  return [own.ready, own.seen];
};
