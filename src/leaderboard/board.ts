import { AppError } from '../common/errors.js';
import { validationFailed } from '../common/validation.js';
import type { Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';
import { GLOBAL_LAYOUT, type ScoreLayout } from './board-score.js';

/** The boards there are. */
export type BoardName = 'global';
export type Period = 'all';

/** One ranking: who it is of, over which time, and how its scores are laid out. */
export interface Board {
  name: BoardName;
  period: Period;
  /** Names the one period meant, as `2026-W47` would; `all` has only one. */
  periodKey: string;
  layout: ScoreLayout;
}

const GLOBAL: Board = { name: 'global', period: 'all', periodKey: 'all', layout: GLOBAL_LAYOUT };

/** Every board that must be whole for the system to be ready. */
export const BOARDS: readonly Board[] = [GLOBAL];

/**
 * The board that a path, topic or query names.
 * @throws AppError not_found for a board and validation_failed for a period that does not exist
 */
export function boardOf(name: string, period = 'all'): Board {
  if (period !== 'all') {
    throw validationFailed([{ path: 'period', message: 'must be all, the only period there is' }]);
  }
  const board = BOARDS.find((one) => one.name === name);
  if (!board) throw new AppError('not_found', { detail: 'There is no such leaderboard; try global' });
  return board;
}

export interface BoardKeys {
  standings: Key;
  fences: Key;
  ready: Key;
  rebuild: Key;
  topic: Key;
  stream: Key;
}

/** Everything a board owns in Redis, all on one shard. */
export const keysOf = (board: Board): BoardKeys => ({
  standings: keys.leaderboard.standings(board.name, board.periodKey),
  fences: keys.leaderboard.fences(board.name),
  ready: keys.leaderboard.ready(board.name),
  rebuild: keys.leaderboard.rebuild(board.name),
  topic: keys.events.boardTopic(board.name),
  stream: keys.events.boardStream(board.name),
});
