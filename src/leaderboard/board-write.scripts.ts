import { newId } from '../common/id.js';
import { newEpoch } from '../events/epoch.js';
import { luaScript } from '../redis/lua-script.js';
import { hintOf, keysOf, type Board } from './board.js';
import { encodeScore, unitOf } from './board-score.js';
import type { Standing, StandingToRecord } from './standing.js';

const TOP_N = 10;
const FENCE_MS = 3_600_000;

/** What became of one standing; ranks are null for who is not ranked. */
export interface Recorded {
  /** `unchanged`: the board held this standing or a better one; `stale`: a removal came later. */
  outcome: 'changed' | 'unchanged' | 'stale';
  previousRank: number | null;
  rank: number | null;
}

const OUTCOMES = new Map<unknown, Recorded['outcome']>([
  [1, 'changed'],
  [0, 'unchanged'],
  [-1, 'stale'],
]);

export const record = luaScript({
  url: new URL('./lua/record.lua', import.meta.url),
  keys: ({ board }: { board: Board; entries: StandingToRecord[] }) => movingKeys(board),
  args: ({ board, entries }) => [
    ...movingArgs(board),
    ...entries.flatMap((one) => [...written(board, one), one.username, flag(one.hidden), newId(), newId()]),
  ],
  reply: (raw, { entries }): Recorded[] => {
    const reply = numbers(raw);
    return entries.map((_entry, index) => ({
      outcome: OUTCOMES.get(reply[index * 3]) ?? 'unchanged',
      previousRank: rankOf(reply[index * 3 + 1]),
      rank: rankOf(reply[index * 3 + 2]),
    }));
  },
});

/** Writes standings as they are in PostgreSQL; with a lock, only while it is held. Replies false when it is not. */
export const restore = luaScript({
  url: new URL('./lua/restore.lua', import.meta.url),
  keys: ({ board }: { board: Board; standings: Standing[]; lock?: { token: string; ms: number } }) => {
    const own = keysOf(board);
    return [own.standings, own.fences, own.hidden, own.ready, own.rebuild];
  },
  args: ({ board, standings, lock }) => [
    ...[lock?.token ?? '', lock?.ms ?? 0, board.keptMs ?? 0],
    ...standings.flatMap((one) => [...written(board, one), flag(one.hidden)]),
  ],
  reply: (raw) => raw !== -1,
});

/** A user to take off the board or to let fall, and the seq of the change that does it. */
export interface Removal {
  userId: string;
  seq: bigint;
  hidden?: boolean;
  /** Only if the board still holds this score. */
  expectedScore?: string;
  /** What is left; nothing when absent. */
  left?: Standing;
}

export const remove = luaScript({
  url: new URL('./lua/remove.lua', import.meta.url),
  keys: ({ board }: { board: Board; removals: Removal[] }) => movingKeys(board),
  args: ({ board, removals }) => [
    ...movingArgs(board),
    FENCE_MS,
    ...removals.flatMap(({ userId, seq, expectedScore = '', left, hidden = false }) => [
      ...[userId, seq.toString(), expectedScore],
      left ? encodeScore(board.layout, left.points, left.ordinal) : '',
      ...[flag(hidden), newId()],
    ]),
  ],
  reply: (raw) => Number(raw),
});

/** Takes events that name a user out of a board's stream; replies how many. */
export const forget = luaScript({
  url: new URL('./lua/forget.lua', import.meta.url),
  keys: ({ board }: { board: Board; userId: string }) => [keysOf(board).stream],
  args: ({ userId }) => [userId],
  reply: (raw) => Number(raw),
});

/** What the scripts need that move members and announce it (see lua/top10.lua); nobody is announced of a period. */
const movingKeys = (board: Board) => {
  const own = keysOf(board);
  return [own.standings, own.fences, own.hidden, own.ready, own.rebuild, own.topic, own.stream];
};

const movingArgs = (board: Board) => [
  ...[board.name, board.span ? 0 : TOP_N, unitOf(board.layout).toString()],
  ...[newEpoch(), hintOf(board), board.keptMs ?? 0],
];

const written = (board: Board, one: Standing) => [
  one.userId,
  encodeScore(board.layout, one.points, one.ordinal),
  one.seq.toString(),
];

const flag = (value: boolean) => (value ? 1 : 0);

const numbers = (raw: unknown): unknown[] => (Array.isArray(raw) ? raw : []);

const rankOf = (raw: unknown): number | null => (typeof raw === 'number' && raw > 0 ? raw : null);
