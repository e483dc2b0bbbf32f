import { Injectable } from '@nestjs/common';
import { call, ScriptRunner } from '../redis/script-runner.js';
import { BOARDS, type Board } from './board.js';
import { boardState } from './board-rebuild.scripts.js';
import { FIRST_PAGE, StandingsRepository } from './standings.repository.js';

const PAGE = 1_000;

/** Which boards Redis holds: those that are always kept, and those of quizzes that were read lately. */
@Injectable()
export class KeptBoards {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly standings: StandingsRepository,
  ) {}

  async list(): Promise<Board[]> {
    const kept: Board[] = [...BOARDS];
    let page: Board[] = await this.standings.quizBoards(FIRST_PAGE, PAGE);
    while (page.length > 0) {
      const states = await this.scripts.runAll(page.map((board) => call(boardState, { board })));
      kept.push(...page.filter((_board, index) => states[index]?.marker !== null));
      page = await this.standings.quizBoards(page.at(-1)?.quizId ?? '', PAGE);
    }
    return kept;
  }
}
