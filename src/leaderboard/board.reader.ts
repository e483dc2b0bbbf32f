import { Injectable } from '@nestjs/common';
import { AppError } from '../common/errors.js';
import { isOutage } from '../common/problem.js';
import { ProfileService } from '../profile/profile.service.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { boardOf, noSuchBoard, type Board } from './board.js';
import { BoardPageRepository } from './board-page.repository.js';
import { around, top } from './board-read.scripts.js';
import { BoardRebuilder } from './board.rebuilder.js';
import { pageView, placeView, rankedUsers, type Viewer } from './board-view.js';
import type { BoardPage, BoardPlace } from './board-window.js';
import { StandingsRepository } from './standings.repository.js';
import type {
  LeaderboardPage,
  LeaderboardPlace,
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
  ) {}

  /** @throws AppError not_found for a board that does not exist */
  async require(name: string): Promise<void> {
    if (!(await this.standings.exists(boardOf(name)))) throw noSuchBoard();
  }

  /** @param viewer who sees their own name, hidden or not. @throws AppError not_found for a board that does not exist */
  async top(name: string, { period, offset, limit }: TopQuery, viewer?: Viewer): Promise<LeaderboardPage> {
    const board = boardOf(name, period);
    const page =
      (await this.fromRedis(board, async () => await this.scripts.run(top, { board, offset, limit }))) ??
      (await this.pages.top(board, offset, limit));
    return pageView(board, page, await this.named(page, viewer), new Date());
  }

  /** @throws AppError not_found for a board or user that does not exist */
  async place(
    name: string,
    userId: string,
    { period, around }: PlaceQuery,
    viewer?: Viewer,
  ): Promise<LeaderboardPlace> {
    const place = await this.find(boardOf(name, period), userId, around);
    if (!place) throw new AppError('not_found', { detail: 'There is no such user' });
    if (viewer?.userId !== userId && (await this.profiles.shownNames([userId])).get(userId) === null)
      return placeView(unrankedOf(place), []);
    return placeView(place, await this.named(place, viewer));
  }

  private async find(board: Board, userId: string, width: number): Promise<BoardPlace | undefined> {
    const held = await this.fromRedis(
      board,
      async () => await this.scripts.run(around, { board, userId, around: width }),
    );
    if (!held) return await this.pages.around(board, userId, width);
    // Who is ranked exists; who is not may have no points or no account.
    if (held.rank !== null || (await this.profiles.shownNames([userId])).has(userId)) return held;
    return undefined;
  }

  /** Null when PostgreSQL must answer. @throws AppError not_found for a board that cannot be */
  private async fromRedis<T>(board: Board, read: () => Promise<T | null>): Promise<T | null> {
    const found = await this.whileThere(read);
    if (found) return found;
    if (!(await this.standings.exists(board))) throw noSuchBoard();
    this.rebuilder.request([board]);
    return null;
  }

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
