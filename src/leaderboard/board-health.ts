import { Injectable } from '@nestjs/common';
import { isOutage } from '../common/problem.js';
import { call, ScriptRunner } from '../redis/script-runner.js';
import { BOARDS } from './board.js';
import { boardState } from './board-rebuild.scripts.js';

/** For /health/ready. */
@Injectable()
export class BoardHealth {
  constructor(private readonly scripts: ScriptRunner) {}

  /** False while a board must be rebuilt or caught up, or Redis is away. */
  async ready(): Promise<boolean> {
    try {
      const states = await this.scripts.runAll(BOARDS.map((board) => call(boardState, { board })));
      return states.every(({ marker, run }) => marker === run);
    } catch (error) {
      if (isOutage(error)) return false;
      throw error;
    }
  }
}
