import { Injectable } from '@nestjs/common';
import { call, ScriptRunner } from '../redis/script-runner.js';
import { boardOf, type Board, type BoardName } from './board.js';
import { GLOBAL_LAYOUT, maxPoints } from './board-score.js';
import { around } from './board-read.scripts.js';
import { forget, record, remove, restore, type Recorded } from './board-write.scripts.js';
import type { StandingToRecord } from './standing.js';
import { StandingsRepository } from './standings.repository.js';

export { quizBoardName } from './board.js';
export type { BoardName } from './board.js';
export type { StandingToRecord } from './standing.js';

/** Where a user stands after a standing was recorded. */
export interface RankChange {
  userId: string;
  /** From 1; null while the user is not ranked. */
  rank: number | null;
  /** The rank before this call wrote; null when the user had none. The same as `rank` when nothing changed. */
  previousRank: number | null;
  /** False for a standing that the board already held, or that a later one has overtaken. */
  changed: boolean;
}

/** Writes boards. Every step may be repeated: the same standing again changes nothing and announces nothing. */
@Injectable()
export class BoardService {
  /** The highest total that the global board tells from a higher one. */
  static readonly maxPoints = maxPoints(GLOBAL_LAYOUT);

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly standings: StandingsRepository,
  ) {}

  /**
   * Records standings after their commit, in one step, and announces who enters and leaves the top 10.
   * @returns one per entry, in their order
   */
  async record(name: BoardName, entries: StandingToRecord[]): Promise<RankChange[]> {
    return (await this.recordAll([{ name, entries }])).flat();
  }

  /** Records standings on several boards, each in one step, in one round trip. @returns as `record`, for each board */
  async recordAll(groups: { name: BoardName; entries: StandingToRecord[] }[]): Promise<RankChange[][]> {
    const boards = groups.map(({ name, entries }) => {
      return { board: boardOf(name), entries, ranked: entries.filter((entry) => entry.points > 0) };
    });
    const written = boards.filter(({ ranked }) => ranked.length > 0);
    const replies = await this.scripts.runAll(
      written.map(({ board, ranked }) => call(record, { board, entries: ranked })),
    );
    const recorded = new Map(
      written.flatMap(({ ranked }, at) =>
        ranked.map((entry, index) => [entry, replies[at]?.[index]] as const),
      ),
    );
    return await Promise.all(
      boards.map(async ({ board, entries, ranked }) => {
        const stale = ranked.filter((entry) => recorded.get(entry)?.outcome === 'stale');
        const reloaded = await this.reload(
          board,
          stale.map(({ userId }) => userId),
        );
        return entries.map((entry) => rankChange(entry.userId, recorded.get(entry), reloaded));
      }),
    );
  }

  /**
   * Brings totals in line that a correction raised or lowered, after its commit. Who rises is announced as by `record`;
   * of a fall the board only says that it changed.
   * @returns one per entry, in their order; `previousRank` is that of shortly before
   */
  async correct(name: BoardName, entries: StandingToRecord[]): Promise<RankChange[]> {
    const board = boardOf(name);
    const userIds = entries.map(({ userId }) => userId);
    const before = await this.ranks(board, userIds);
    const recorded = await this.record(name, entries);
    const fallen = entries.filter((_entry, index) => !recorded[index]?.changed);
    const removals = fallen.map((entry) => ({
      ...{ userId: entry.userId, seq: entry.seq, hidden: entry.hidden },
      left: entry.points > 0 ? entry : undefined,
    }));
    if (removals.length > 0) await this.scripts.run(remove, { board, removals });
    await this.restore(
      board,
      fallen.map(({ userId }) => userId),
    );
    const after = await this.ranks(board, userIds);
    return entries.map(({ userId }) => {
      const [previousRank, rank] = [before.get(userId) ?? null, after.get(userId) ?? null];
      return { userId, rank, previousRank, changed: rank !== previousRank };
    });
  }

  /**
   * Where users stand, and would stand with other totals; who gets another total ranks behind all who have as much.
   * @param totals by the id of their user, who changes in this order
   */
  async forecast(name: BoardName, totals: { userId: string; points: number }[]): Promise<RankChange[]> {
    boardOf(name);
    if (totals.length === 0) return [];
    const rows = await this.standings.forecast(totals);
    return rows.map((row) => ({ ...row, changed: row.rank !== row.previousRank }));
  }

  /**
   * Takes a user off the board, or lets a total fall, after the commit that gave the change its `seq`. What was
   * computed before and arrives later is stale; what the user has now is read from PostgreSQL.
   */
  async remove(name: BoardName, userId: string, seq: bigint): Promise<void> {
    const board = boardOf(name);
    await this.scripts.run(remove, { board, removals: [{ userId, seq }] });
    await this.restore(board, [userId]);
  }

  /**
   * Brings a user's place on every board in line with PostgreSQL after a commit that took the user off the boards, back
   * onto them, in or out of sight. May be repeated, late or in another order: what PostgreSQL has by then is what counts.
   */
  async follow({ userId, username }: { userId: string; username: string }): Promise<void> {
    const standings = await this.standings.ofUser(userId);
    await this.scripts.runAll(
      standings.map(({ board, ...one }) => {
        const left = one.points > 0 ? one : undefined;
        const { seq, hidden } = one;
        return call(remove, { board: boardOf(board), removals: [{ userId, seq, hidden, left }] });
      }),
    );
    const now = (await this.standings.ofUser(userId)).filter(({ points }) => points > 0);
    await this.recordAll(now.map((one) => ({ name: one.board, entries: [{ ...one, username }] })));
    if (now.some(({ hidden }) => hidden)) await this.forget(userId);
  }

  /** Takes a user out of the events that are held for replay. */
  async forget(userId: string): Promise<void> {
    const standings = await this.standings.ofUser(userId);
    await this.scripts.runAll(standings.map(({ board }) => call(forget, { board: boardOf(board), userId })));
  }

  /** Writes what PostgreSQL has of these users, and tells their ranks. */
  private async reload(board: Board, userIds: string[]): Promise<Map<string, number | null>> {
    await this.restore(board, userIds);
    return await this.ranks(board, userIds);
  }

  private async restore(board: Board, userIds: string[]): Promise<void> {
    if (userIds.length === 0) return;
    const found = await this.standings.find(board, userIds);
    await this.scripts.run(restore, { board, standings: found.filter((one) => one.points > 0) });
  }

  private async ranks(board: Board, userIds: string[]): Promise<Map<string, number | null>> {
    const places = await this.scripts.runAll(
      userIds.map((userId) => call(around, { board, userId, around: 0 })),
    );
    return new Map(userIds.map((userId, index) => [userId, places[index]?.rank ?? null]));
  }
}

const unranked = (userId: string): RankChange => ({ userId, rank: null, previousRank: null, changed: false });

function rankChange(
  userId: string,
  recorded: Recorded | undefined,
  reloaded: Map<string, number | null>,
): RankChange {
  if (!recorded) return unranked(userId);
  const { outcome, rank, previousRank } = recorded;
  switch (outcome) {
    case 'changed':
    case 'unchanged':
      return { userId, rank, previousRank, changed: outcome === 'changed' };
    case 'stale':
      return { ...unranked(userId), rank: reloaded.get(userId) ?? null };
  }
}
