import { luaScript } from '../redis/lua-script.js';
import { keysOf, type Board } from './board.js';
import { decodeScore } from './board-score.js';
import type { BoardPage, BoardPlace, BoardRow } from './board-window.js';

/** A page of a board; null when the board is not whole. */
export const top = luaScript({
  url: new URL('./lua/top.lua', import.meta.url),
  keys: ({ board }: { board: Board; offset: number; limit: number }) => readKeys(board),
  args: ({ board, offset, limit }) => [offset, limit, board.keptMs ?? 0],
  reply: (raw, { board, offset }): BoardPage | null => {
    const [whole, size, flat] = list(raw);
    return whole === 1 ? { size: Number(size), firstRank: offset + 1, rows: rowsOf(board, flat) } : null;
  },
});

/** A user's place and its neighbours; null when the board is not whole. */
export const around = luaScript({
  url: new URL('./lua/around.lua', import.meta.url),
  keys: ({ board }: { board: Board; userId: string; around: number }) => readKeys(board),
  args: ({ board, userId, around }) => [userId, around, board.keptMs ?? 0],
  reply: (raw, { board }): BoardPlace | null => {
    const [whole, size, rank, score, above, firstRank, flat] = list(raw);
    if (whole !== 1) return null;
    return {
      size: Number(size),
      rank: rank === -1 ? null : Number(rank),
      points: pointsOf(board, score) ?? 0,
      pointsAbove: pointsOf(board, above),
      firstRank: Number(firstRank),
      rows: rowsOf(board, flat),
    };
  },
});

const readKeys = (board: Board) => {
  const own = keysOf(board);
  return [own.standings, own.hidden, own.ready];
};

const list = (raw: unknown): unknown[] => (Array.isArray(raw) ? raw : []);

const pointsOf = (board: Board, score: unknown): number | null =>
  typeof score === 'string' && score !== '' ? decodeScore(board.layout, score).points : null;

function rowsOf(board: Board, raw: unknown): BoardRow[] {
  const flat = list(raw).map(String);
  return flat.flatMap((userId, index) =>
    index % 2 === 0 ? [{ userId, points: decodeScore(board.layout, flat[index + 1] ?? '').points }] : [],
  );
}
