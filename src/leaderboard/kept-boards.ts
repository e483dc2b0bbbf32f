import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { ownerOf, type Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';
import { BOARDS, boardOf, labelOf, type Board } from './board.js';
import { SPAN_PERIODS, spanOf } from '../common/period.js';

const SCAN = 1_000;

/** Which boards Redis holds: those that are always kept, and those that were read lately. For operators: it looks at every key. */
@Injectable()
export class KeptBoards {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  async list(): Promise<Board[]> {
    const kept = new Map(BOARDS.map((board) => [labelOf(board), board]));
    const markers = this.redis.scanStream({ match: keys.leaderboard.ready('*', '*'), count: SCAN });
    for await (const names of markers as AsyncIterable<Key[]>) {
      for (const board of names.map(boardMarkedBy)) kept.set(labelOf(board), board);
    }
    return [...kept.values()].sort((one, other) => (labelOf(one) < labelOf(other) ? -1 : 1));
  }
}

function boardMarkedBy(name: Key): Board {
  const board = ownerOf(name).replace(/^board:/, '');
  const periodKey = name.slice(name.lastIndexOf(':') + 1);
  const [span] = SPAN_PERIODS.flatMap((period) => spanOf(period, periodKey) ?? []);
  return boardOf(board, span);
}
