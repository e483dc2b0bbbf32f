import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import type { Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';
import { GLOBAL_LAYOUT, QUIZ_LAYOUT, type ScoreLayout } from './board-score.js';
import type { Period, Span } from '../common/period.js';

/** The boards there are: one of all points, one for each quiz, and one of the points of a group's members. */
export type BoardName = 'global' | `quiz:${string}` | `group:${string}`;

/** One ranking: who it is of, over which time, and how its scores are laid out. */
export interface Board {
  name: BoardName;
  /** Of which quiz's points it is; absent where all points count. */
  quizId?: string;
  /** Of whose members it is, who alone may read it: a conversation; absent where everybody counts. */
  groupId?: string;
  period: Period;
  /** Names the one period meant, such as `2026-W48`; `all` has only one. */
  periodKey: string;
  /** The days it is of; absent for `all`. */
  span?: Span;
  layout: ScoreLayout;
  /** How long Redis keeps it after it was last read, in ms; absent for a board that is always kept. */
  keptMs?: number;
}

const ALL = { period: 'all', periodKey: 'all' } as const;
const KEPT_MS = 24 * 3600 * 1000;
export const GLOBAL: Board = { name: 'global', ...ALL, layout: GLOBAL_LAYOUT };
const OWNED = /^(quiz|group):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/** Every board that must be whole for the system to be ready; the others are built when they are read. */
export const BOARDS: readonly Board[] = [GLOBAL];

export const quizBoardName = (quizId: string): BoardName => `quiz:${quizId}`;
export const groupBoardName = (conversationId: string): BoardName => `group:${conversationId}`;

/**
 * The board that a path, topic or query names, over a period or, without one, over `all`. Whether its quiz or
 * group exists is not looked at.
 * @throws AppError not_found for a name that no board has
 */
export function boardOf(name: string, span?: Span): Board {
  const board = name === 'global' ? GLOBAL : ownedBoard(name);
  if (span === undefined) return board;
  return { ...board, period: span.period, periodKey: span.key, span, keptMs: KEPT_MS };
}

function ownedBoard(name: string): Board {
  const [, kind, id] = OWNED.exec(name) ?? [];
  if (id === undefined) throw noSuchBoard();
  const kept = { ...ALL, keptMs: KEPT_MS };
  return kind === 'quiz'
    ? { name: quizBoardName(id), quizId: id, ...kept, layout: QUIZ_LAYOUT }
    : { name: groupBoardName(id), groupId: id, ...kept, layout: GLOBAL_LAYOUT };
}

export const noSuchBoard = () =>
  new AppError('not_found', {
    detail: 'There is no such leaderboard; try global, quiz:{quizId} or group:{conversationId}',
  });

export interface BoardKeys {
  standings: Key;
  fences: Key;
  hidden: Key;
  ready: Key;
  seen: Key;
  rebuild: Key;
  topic: Key;
  stream: Key;
}

/** Everything a board owns in Redis, all on one shard. Events are of `all`, whatever the period. */
export const keysOf = ({ name, periodKey }: Board): BoardKeys => ({
  standings: keys.leaderboard.standings(name, periodKey),
  fences: keys.leaderboard.fences(name, periodKey),
  hidden: keys.leaderboard.hidden(name, periodKey),
  ready: keys.leaderboard.ready(name, periodKey),
  seen: keys.leaderboard.seen(name, periodKey),
  rebuild: keys.leaderboard.rebuild(name, periodKey),
  topic: keys.events.boardTopic(name),
  stream: keys.events.boardStream(name),
});

/** For logs and the operator: `global`, or `global 2026-W48`. */
export const labelOf = ({ name, span }: Board): string => (span ? `${name} ${span.key}` : name);

/** Of the event that tells a change of the board; empty for one of a period, of which no events tell. */
export const hintOf = ({ span }: Board): string => (span ? '' : newId());
