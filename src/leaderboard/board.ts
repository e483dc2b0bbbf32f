import { AppError } from '../common/errors.js';
import { validationFailed } from '../common/validation.js';
import type { Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';
import { GLOBAL_LAYOUT, QUIZ_LAYOUT, type ScoreLayout } from './board-score.js';

/** The boards there are: one of all points, and one for each quiz. */
export type BoardName = 'global' | `quiz:${string}`;
export type Period = 'all';

/** One ranking: who it is of, over which time, and how its scores are laid out. */
export interface Board {
  name: BoardName;
  /** Of whose best attempts it is; absent for the global board. */
  quizId?: string;
  period: Period;
  /** Names the one period meant, as `2026-W47` would; `all` has only one. */
  periodKey: string;
  layout: ScoreLayout;
  /** How long Redis keeps it after it was last read, in ms; absent for a board that is always kept. */
  keptMs?: number;
}

const ALL = { period: 'all', periodKey: 'all' } as const;
const GLOBAL: Board = { name: 'global', ...ALL, layout: GLOBAL_LAYOUT };
const QUIZ = /^quiz:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const QUIZ_BOARD_KEPT_MS = 24 * 3600 * 1000;

/** Every board that must be whole for the system to be ready; the others are built when they are read. */
export const BOARDS: readonly Board[] = [GLOBAL];

export const quizBoardName = (quizId: string): BoardName => `quiz:${quizId}`;

/**
 * The board that a path, topic or query names. Whether its quiz exists is not looked at.
 * @throws AppError not_found for a name that no board has and validation_failed for a period that does not exist
 */
export function boardOf(name: string, period = 'all'): Board {
  if (period !== 'all') {
    throw validationFailed([{ path: 'period', message: 'must be all, the only period there is' }]);
  }
  if (name === 'global') return GLOBAL;
  const quizId = QUIZ.exec(name)?.[1];
  if (quizId === undefined) throw noSuchBoard();
  return { name: quizBoardName(quizId), quizId, ...ALL, layout: QUIZ_LAYOUT, keptMs: QUIZ_BOARD_KEPT_MS };
}

export const noSuchBoard = () =>
  new AppError('not_found', { detail: 'There is no such leaderboard; try global, or quiz:{quizId}' });

export interface BoardKeys {
  standings: Key;
  fences: Key;
  hidden: Key;
  ready: Key;
  rebuild: Key;
  topic: Key;
  stream: Key;
}

/** Everything a board owns in Redis, all on one shard. */
export const keysOf = (board: Board): BoardKeys => ({
  standings: keys.leaderboard.standings(board.name, board.periodKey),
  fences: keys.leaderboard.fences(board.name),
  hidden: keys.leaderboard.hidden(board.name),
  ready: keys.leaderboard.ready(board.name),
  rebuild: keys.leaderboard.rebuild(board.name),
  topic: keys.events.boardTopic(board.name),
  stream: keys.events.boardStream(board.name),
});
