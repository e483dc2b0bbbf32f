import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { ownerOf, type Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';
import { BOARDS, boardOf, keysOf, labelOf, type Board } from './board.js';
import { SPAN_PERIODS, spanOf } from '../common/period.js';

const SCAN = 1_000;
const PAGE = 1_000;

/** Which boards Redis holds: those that are always kept, and those that were read lately. */
@Injectable()
export class KeptBoards {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  /** All of them. For operators: it looks at every key. */
  async list(): Promise<Board[]> {
    const kept = new Map(BOARDS.map((board) => [labelOf(board), board]));
    const markers = this.redis.scanStream({ match: keys.leaderboard.ready('*', '*'), count: SCAN });
    for await (const names of markers as AsyncIterable<Key[]>) {
      for (const board of names.map(boardMarkedBy)) kept.set(labelOf(board), board);
    }
    return [...kept.values()].sort((one, other) => (labelOf(one) < labelOf(other) ? -1 : 1));
  }

  /**
   * Those of these that are built or being built: whoever begins to build another one reads what is committed by now.
   * Boards over `all` are always among them, since somebody may follow one that is not kept, and is to hear of a change.
   */
  async among(boards: Board[]): Promise<Board[]> {
    const held: Board[] = [];
    for (let at = 0; at < boards.length; at += PAGE) {
      const page = boards.slice(at, at + PAGE);
      const asked = this.redis.pipeline();
      for (const { ready, rebuild } of page.map(keysOf)) asked.exists(ready, rebuild);
      const replies = (await asked.exec()) ?? [];
      for (const [error] of replies) if (error) throw error;
      held.push(...page.filter(({ span }, index) => !span || replies[index]?.[1] !== 0));
    }
    return held;
  }
}

function boardMarkedBy(name: Key): Board {
  const board = ownerOf(name).replace(/^board:/, '');
  const periodKey = name.slice(name.lastIndexOf(':') + 1);
  const [span] = SPAN_PERIODS.flatMap((period) => spanOf(period, periodKey) ?? []);
  return boardOf(board, span);
}
