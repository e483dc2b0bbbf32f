import type { Caller } from '../common/caller.js';
import type { Board } from './board.js';
import type { BoardPage, BoardPlace } from './board-window.js';
import type { LeaderboardPage, LeaderboardPlace, RankedUser } from './leaderboard.dto.js';

/** Who looks at a board, and sees their own name whether others do or not. */
export type Viewer = Pick<Caller, 'userId' | 'username'>;

/**
 * The places of a page with their ranks. Whoever has no name to be shown has no id either.
 * @param names of those that came without one
 */
export const rankedUsers = (
  page: BoardPage,
  names: ReadonlyMap<string, string | null>,
  viewer?: Viewer,
): RankedUser[] =>
  page.rows.map(({ userId, username, points }, index) => {
    const known = username === undefined ? names.get(userId) : username;
    const shown = (userId === viewer?.userId ? viewer.username : known) ?? null;
    return {
      ...{ rank: page.firstRank + index, userId: shown === null ? null : userId },
      ...{ username: shown, score: points },
    };
  });

export const pageView = (board: Board, page: BoardPage, data: RankedUser[], asOf: Date): LeaderboardPage => ({
  board: board.name,
  period: board.period,
  periodKey: board.periodKey,
  size: page.size,
  asOf: asOf.toISOString(),
  data,
});

export const placeView = (place: BoardPlace, neighbours: RankedUser[]): LeaderboardPlace => ({
  rank: place.rank,
  score: place.points,
  size: place.size,
  percentile: percentileOf(place),
  pointsToNext: pointsToNext(place),
  neighbours,
});

/** To two decimals. */
function percentileOf({ rank, size }: BoardPlace): number {
  return rank === null ? 0 : Math.round((10_000 * (size - rank + 1)) / size) / 100;
}

// One more than the difference: among equals, whoever reached the score first stays ahead.
function pointsToNext({ rank, points, pointsAbove }: BoardPlace): number | null {
  if (rank === null) return 1;
  return pointsAbove === null ? null : pointsAbove - points + 1;
}
