import { Injectable } from '@nestjs/common';
import { call, ScriptRunner } from '../redis/script-runner.js';
import { boardOf, GLOBAL, groupBoardName, type Board, type BoardName } from './board.js';
import { GLOBAL_LAYOUT, maxPoints } from './board-score.js';
import { around } from './board-read.scripts.js';
import { forget, record, remove, restore, type Recorded } from './board-write.scripts.js';
import { GroupStandings } from './group-standings.repository.js';
import { KeptBoards } from './kept-boards.js';
import {
  PeriodStandings,
  placesOf,
  spansOf,
  type Place,
  type Ranking,
  type ScoredDay,
} from './period-standings.repository.js';
import type { StandingToRecord } from './standing.js';
import { StandingsRepository } from './standings.repository.js';

export { groupBoardName, quizBoardName } from './board.js';
export type { BoardName } from './board.js';
export type { ScoredDay } from './period-standings.repository.js';
export type { StandingToRecord } from './standing.js';

/** Standings on one board over `all`. */
export interface Standings {
  name: BoardName;
  entries: StandingToRecord[];
}

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
    private readonly periods: PeriodStandings,
    private readonly groups: GroupStandings,
    private readonly kept: KeptBoards,
  ) {}

  /** As `recordAll`, for one board. @returns one per entry, in their order */
  async record(name: BoardName, entries: StandingToRecord[]): Promise<RankChange[]> {
    return (await this.recordAll([{ name, entries }])).flat();
  }

  /**
   * Records standings after their commit, on each board in one step and on all in one round trip, and announces who
   * enters and leaves the top 10. The boards of their users' groups are written with the global one.
   * @param days on which points were got: the boards of their periods are written with the others
   * @returns for each group one per entry, in their order
   */
  async recordAll(groups: Standings[], days: ScoredDay[] = []): Promise<RankChange[][]> {
    const rankings = [...groups.map(rankingOf), ...(await this.periods.on(days))];
    return (await this.write(await this.withGroups(rankings))).slice(0, groups.length);
  }

  /** As `correctAll`, for one board. @returns one per entry, in their order */
  async correct(name: BoardName, entries: StandingToRecord[]): Promise<RankChange[]> {
    return (await this.correctAll([{ name, entries }])).flat();
  }

  /**
   * Brings totals in line that a correction raised or lowered, after its commit, and announces who enters and leaves the
   * top 10. Who moves up because others fell is not announced: nothing of theirs changed.
   * @param days on which the points were got that it changed
   * @returns for each group one per entry, in their order; `previousRank` is that of shortly before
   */
  async correctAll(groups: Standings[], days: ScoredDay[] = []): Promise<RankChange[][]> {
    const asked = groups.map(rankingOf);
    const periods = await this.periods.on(days);
    for (const ranking of [...periods, ...(await this.groups.among([...asked, ...periods]))])
      await this.adjust(ranking);
    const changes: RankChange[][] = [];
    for (const ranking of asked) changes.push(await this.adjustTelling(ranking));
    return changes;
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
   * Brings a user's place on every board in line with PostgreSQL after a commit that took the user off the boards, back
   * onto them, in or out of sight. May be repeated, late or in another order: what PostgreSQL has by then is what counts.
   */
  async follow({ userId, username }: { userId: string; username: string }): Promise<void> {
    const before = await this.everywhere(userId, username);
    await this.scripts.runAll(
      before.flatMap(({ board, entries }) => entries.map((one) => call(remove, fallOf(board, one)))),
    );
    const after = await this.everywhere(userId, username);
    await this.write(after);
    if (after.some(({ entries }) => entries.some(({ points, hidden }) => points > 0 && hidden)))
      await this.forget(userId);
  }

  /**
   * The same on the boards of one group, after a commit that took the user into it or out of it. Who left it is taken out
   * of the events that are held.
   */
  async followMembership(userId: string, conversationId: string): Promise<void> {
    const days = await this.periods.daysOf([userId]);
    const spans = [undefined, ...spansOf(days.map(({ day }) => day))];
    const boards = spans.map((span) => boardOf(groupBoardName(conversationId), span));
    for (const board of await this.kept.among(boards))
      await this.adjust({ board, entries: await this.standings.find(board, [userId]) });
    const [isMember] = await this.standings.areMembers([{ groupId: conversationId, userId }]);
    // Whoever opts out or deletes the account later is no longer known to have been in it.
    if (isMember === false)
      await this.scripts.run(forget, { board: boardOf(groupBoardName(conversationId)), userId });
  }

  /** Takes a user out of the events that are held for replay, on every board that the user is or may be on. */
  async forget(userId: string): Promise<void> {
    const groups = (await this.groups.namesOf(userId)).map((name) => boardOf(name));
    const boards = [...(await this.standings.ofUser(userId)).map(({ board }) => board), ...groups];
    await this.scripts.runAll(boards.map((board) => call(forget, { board, userId })));
  }

  private async everywhere(userId: string, username: string): Promise<Ranking[]> {
    const standings = await this.standings.ofUser(userId);
    const all = standings.map(({ board, ...one }) => ({ board, entries: [{ ...one, username }] }));
    const periods = await this.periods.at(await this.keptPlaces(userId));
    const rankings = await this.withGroups([...all, ...periods]);
    const kept = new Set(await this.kept.among(rankings.map(({ board }) => board)));
    return rankings.filter(({ board }) => kept.has(board));
  }

  /** On boards of periods that Redis holds, and on the global ones of which those of the user's groups follow. */
  private async keptPlaces(userId: string): Promise<Place[]> {
    const groups = await this.groups.namesOf(userId);
    const places = placesOf(await this.periods.daysOf([userId])).map((place) => {
      const { board } = place;
      const following = board.name === GLOBAL.name ? groups.map((name) => boardOf(name, board.span)) : [];
      return { place, boards: [board, ...following] };
    });
    const kept = new Set(await this.kept.among(places.flatMap(({ boards }) => boards)));
    return places.filter(({ boards }) => boards.some((board) => kept.has(board))).map(({ place }) => place);
  }

  private async withGroups(rankings: Ranking[]): Promise<Ranking[]> {
    return [...rankings, ...(await this.groups.among(rankings))];
  }

  private async write(rankings: Ranking[]): Promise<RankChange[][]> {
    const ranked = rankings.map(({ board, entries }) => ({
      board,
      entries: entries.filter(({ points }) => points > 0),
    }));
    const written = ranked.filter(({ entries }) => entries.length > 0);
    const replies = await this.scripts.runAll(written.map((ranking) => call(record, ranking)));
    const recorded = new Map(
      written.flatMap(({ entries }, at) =>
        entries.map((entry, index) => [entry, replies[at]?.[index]] as const),
      ),
    );
    return await Promise.all(
      rankings.map(async ({ board, entries }) => {
        const stale = entries.filter((entry) => recorded.get(entry)?.outcome === 'stale');
        const reloaded = await this.reload(
          board,
          stale.map(({ userId }) => userId),
        );
        return entries.map((entry) => rankChange(entry.userId, recorded.get(entry), reloaded));
      }),
    );
  }

  /**
   * Lets standings fall, and fences off whatever was computed before, also where it has not arrived yet; then writes what
   * PostgreSQL has by now, which may be higher.
   */
  private async adjust({ board, entries }: Ranking): Promise<void> {
    if (entries.length === 0) return;
    const removals = entries.flatMap((one) => fallOf(board, one).removals);
    await this.scripts.run(remove, { board, removals });
    const userIds = entries.map(({ userId }) => userId);
    await this.write([{ board, entries: await this.standings.find(board, userIds) }]);
  }

  private async adjustTelling(ranking: Ranking): Promise<RankChange[]> {
    const userIds = ranking.entries.map(({ userId }) => userId);
    const before = await this.ranks(ranking.board, userIds);
    await this.adjust(ranking);
    const after = await this.ranks(ranking.board, userIds);
    return userIds.map((userId) => {
      const [previousRank, rank] = [before.get(userId) ?? null, after.get(userId) ?? null];
      return { userId, rank, previousRank, changed: rank !== previousRank };
    });
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

const rankingOf = ({ name, entries }: Standings): Ranking => ({ board: boardOf(name), entries });

/** A user lowered to a standing, or taken off the board where nothing is left. */
const fallOf = (board: Board, one: StandingToRecord) => {
  const { userId, seq, hidden } = one;
  return { board, removals: [{ userId, seq, hidden, left: one.points > 0 ? one : undefined }] };
};

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
