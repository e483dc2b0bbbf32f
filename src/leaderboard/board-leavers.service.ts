import { Injectable } from '@nestjs/common';
import { call, ScriptRunner } from '../redis/script-runner.js';
import { labelOf, type Board } from './board.js';
import { BoardService } from './board.service.js';
import { remove, type Removal } from './board-write.scripts.js';
import { GroupStandings } from './group-standings.repository.js';
import { KeptBoards } from './kept-boards.js';
import { PeriodStandings, placesOf, type Place } from './period-standings.repository.js';
import { StandingsRepository } from './standings.repository.js';

const AT_ONCE = 500;
/** One script takes so many off: a command stays well below 10 ms. */
const A_SCRIPT = 50;

/** Takes many users off all boards, where `BoardService.follow` brings one in line. */
@Injectable()
export class BoardLeavers {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly standings: StandingsRepository,
    private readonly periods: PeriodStandings,
    private readonly groups: GroupStandings,
    private readonly kept: KeptBoards,
    private readonly boards: BoardService,
  ) {}

  /**
   * Takes those off every board who by PostgreSQL may not be ranked, after the commit that says so; the others stay. May
   * be repeated, and late: who came back meanwhile is brought back.
   */
  async takeOff(userIds: string[]): Promise<void> {
    for (let at = 0; at < userIds.length; at += AT_ONCE)
      await this.takeSomeOff(userIds.slice(at, at + AT_ONCE));
  }

  private async takeSomeOff(userIds: string[]): Promise<void> {
    const before = await this.standings.ranked(userIds);
    const leavers = new Map(before.filter(({ stands }) => !stands).map((one) => [one.userId, one]));
    const removals = removalsOf(await this.placesOf([...leavers.keys()]), leavers);
    await this.scripts.runAll(removals.flatMap(inSteps).map((one) => call(remove, one)));
    const after = await this.standings.ranked(userIds);
    for (const one of after) if (one.stands) await this.boards.follow(one);
  }

  /** Who may be on which of the boards that Redis holds. */
  private async placesOf(userIds: string[]): Promise<Place[]> {
    const all = await this.standings.boardsOf(userIds);
    const periods = placesOf(await this.periods.daysOf(userIds));
    const places = [...all, ...periods];
    const everywhere = [...places, ...(await this.groups.placesAmong(places))];
    const boards = new Map(everywhere.map(({ board }) => [labelOf(board), board]));
    const kept = new Set((await this.kept.among([...boards.values()])).map(labelOf));
    return everywhere.filter(({ board }) => kept.has(labelOf(board)));
  }
}

interface Removals {
  board: Board;
  removals: Removal[];
}

function inSteps({ board, removals }: Removals): Removals[] {
  const steps: Removals[] = [];
  for (let at = 0; at < removals.length; at += A_SCRIPT)
    steps.push({ board, removals: removals.slice(at, at + A_SCRIPT) });
  return steps;
}

/** Board by board. */
function removalsOf(places: Place[], leavers: ReadonlyMap<string, Removal>): Removals[] {
  const byBoard = new Map<string, Removals>();
  for (const { userId, board } of places) {
    const one = byBoard.get(labelOf(board)) ?? { board, removals: [] };
    const removal = leavers.get(userId);
    if (removal) one.removals.push(removal);
    byBoard.set(labelOf(board), one);
  }
  return [...byBoard.values()];
}
