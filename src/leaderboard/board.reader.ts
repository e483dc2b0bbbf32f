import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { Clock } from '../common/clock.js';
import { AppError } from '../common/errors.js';
import { isOutage } from '../common/problem.js';
import { validationFailed } from '../common/validation.js';
import { ProfileService } from '../profile/profile.service.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { boardOf, noSuchBoard, type Board } from './board.js';
import { BoardPageRepository } from './board-page.repository.js';
import { around, top } from './board-read.scripts.js';
import { BoardRebuilder } from './board.rebuilder.js';
import { pageView, placeView, rankedUsers, type Viewer } from './board-view.js';
import type { BoardPage, BoardPlace } from './board-window.js';
import { dayOf, isPast, spanOf, spanOn } from '../common/period.js';
import { StandingsRepository } from './standings.repository.js';
import type {
  LeaderboardPage,
  LeaderboardPlace,
  PeriodQuery,
  PlaceQuery,
  RankedUser,
  TopQuery,
} from './leaderboard.dto.js';

/** Reads boards from Redis, and from PostgreSQL while Redis is away or its board is not whole. */
@Injectable()
export class BoardReader {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly pages: BoardPageRepository,
    private readonly profiles: ProfileService,
    private readonly rebuilder: BoardRebuilder,
    private readonly standings: StandingsRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError not_found for a board that does not exist, and for a group's to who is not in it */
  async require(name: string, caller: Caller): Promise<void> {
    const board = boardOf(name);
    await this.requireOpen(name, () => caller);
    if (board.groupId === undefined && !(await this.standings.exists(board))) throw noSuchBoard();
  }

  /**
   * A group's board is for its members; the others are for everybody.
   * @param demand tells who reads it, or throws
   * @throws AppError not_found for who is not in the group, or one that there is not
   */
  async requireOpen(name: string, demand: () => Caller): Promise<void> {
    const board = boardOf(name);
    if (board.groupId === undefined) return;
    if ((await this.areOpen([{ name, userId: demand().userId }]))[0] !== true) throw noSuchBoard();
  }

  /** Whether each user may read the board; at most one statement. */
  async areOpen(all: { name: string; userId: string }[]): Promise<boolean[]> {
    const asked = all.map(({ name, userId }) => ({ groupId: boardOf(name).groupId ?? null, userId }));
    if (asked.every(({ groupId }) => groupId === null)) return all.map(() => true);
    return await this.standings.areMembers(asked);
  }

  /** @param viewer who sees their own name, hidden or not. @throws AppError not_found for a board that does not exist */
  async top(name: string, { limit, offset, ...query }: TopQuery, viewer?: Viewer): Promise<LeaderboardPage> {
    const board = this.boardAsked(name, query);
    const page =
      (await this.whileThere(async () => await this.scripts.run(top, { board, offset, limit }))) ??
      (await this.fromPostgres(board, async () => await this.pages.top(board, offset, limit)));
    return pageView(board, page, await this.named(page, viewer), this.clock.now());
  }

  /** @throws AppError not_found for a board or user that does not exist */
  async place(
    name: string,
    userId: string,
    { around, ...query }: PlaceQuery,
    viewer?: Viewer,
  ): Promise<LeaderboardPlace> {
    const place = await this.find(this.boardAsked(name, query), userId, around);
    if (!place) throw new AppError('not_found', { detail: 'There is no such user' });
    if (viewer?.userId !== userId && (await this.profiles.shownNames([userId])).get(userId) === null)
      return placeView(unrankedOf(place), []);
    return placeView(place, await this.named(place, viewer));
  }

  /** @throws AppError validation_failed for a key that names no period of this kind, or one that has not begun */
  private boardAsked(name: string, { period, periodKey }: PeriodQuery): Board {
    const today = dayOf(this.clock.now());
    const refuse = (message: string) => validationFailed([{ path: 'periodKey', message }]);
    if (period === 'all') {
      if (periodKey !== undefined && periodKey !== 'all') throw refuse('goes with daily, weekly and monthly');
      return boardOf(name);
    }
    const current = spanOn(period, today);
    const span = periodKey === undefined ? current : spanOf(period, periodKey);
    if (!span) throw refuse(`must name a period of this kind, as ${current.key} does`);
    if (span.from > today) throw refuse(`must not lie ahead: ${current.key} is the present one`);
    return boardOf(name, span);
  }

  private async find(board: Board, userId: string, width: number): Promise<BoardPlace | undefined> {
    const held = await this.whileThere(
      async () => await this.scripts.run(around, { board, userId, around: width }),
    );
    if (!held)
      return await this.fromPostgres(board, async () => await this.pages.around(board, userId, width));
    // Who is ranked exists; who is not may have no points or no account.
    if (held.rank !== null || (await this.profiles.shownNames([userId])).has(userId)) return held;
    return undefined;
  }

  /** What PostgreSQL has, while the board is built. @throws AppError not_found for a board that cannot be */
  private async fromPostgres<T extends BoardPage | undefined>(
    board: Board,
    read: () => Promise<T>,
  ): Promise<T> {
    if (!(await this.standings.exists(board))) throw noSuchBoard();
    // One that is too large to be read in time has somebody on it, and is all the more to be built.
    let size = 1;
    try {
      const found = await read();
      size = found?.size ?? 0;
      return found;
    } finally {
      if (this.isWorthKeeping(board, size)) this.rebuilder.request([board]);
    }
  }

  /** Keys of periods are many, and anybody may ask for them: past ones, and those in which nobody is ranked, take no room. */
  private isWorthKeeping({ span }: Board, size: number): boolean {
    return !span || (size > 0 && !isPast(span, this.clock.now()));
  }

  /** Null when PostgreSQL must answer. */
  private async whileThere<T>(read: () => Promise<T | null>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      if (isOutage(error)) return null;
      throw error;
    }
  }

  private async named(page: BoardPage, viewer: Viewer | undefined): Promise<RankedUser[]> {
    const nameless = page.rows.filter((row) => row.username === undefined).map((row) => row.userId);
    const names = nameless.length > 0 ? await this.profiles.shownNames(nameless) : new Map<string, string>();
    return rankedUsers(page, names, viewer);
  }
}

/** Whoever does not want to be seen is to others as one without points. */
const unrankedOf = (place: BoardPlace): BoardPlace => ({
  ...place,
  ...{ rank: null, points: 0, pointsAbove: null, rows: [] },
});
