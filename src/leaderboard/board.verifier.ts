import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { REDIS } from '../redis/redis.tokens.js';
import { keysOf, labelOf, type Board } from './board.js';
import { decodeScore, encodeScore, scoreValue } from './board-score.js';
import { BoardRebuilder } from './board.rebuilder.js';
import { KeptBoards } from './kept-boards.js';
import type { BoardDifference, Verification } from './leaderboard.dto.js';
import type { Standing } from './standing.js';
import { FIRST_PAGE, StandingsRepository } from './standings.repository.js';

const PAGE = 1_000;
const SCAN = 500;
/** What differs at one moment may be a score on its way: it is looked at again, this often and this long apart. */
const LOOKS = 10;
const PAUSE_MS = 200;
const LISTED = 10_000;

/** Told after every page. */
export type Progress = (seen: { board: string; members: number }) => void;

/** Proves boards: compares every standing in PostgreSQL with Redis, and everyone in Redis with PostgreSQL. */
@Injectable()
export class BoardVerifier {
  constructor(
    private readonly kept: KeptBoards,
    private readonly rebuilder: BoardRebuilder,
    private readonly standings: StandingsRepository,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  /** Compares every board that Redis holds, after those that are not whole were built. At most 10,000 differences. */
  async verify(progress: Progress = () => undefined): Promise<Verification> {
    const boards = await this.kept.list();
    await this.rebuilder.check(boards);
    const differences: BoardDifference[] = [];
    let members = 0;
    for (const board of boards) {
      for await (const userIds of this.everyone(board)) {
        const { compared, differing } = await this.compare(board, userIds);
        members += compared;
        const left = LISTED - differences.length;
        if (left > 0) differences.push(...(await this.lasting(board, differing)).slice(0, left));
        progress({ board: labelOf(board), members });
      }
    }
    return { boards: boards.length, members, differences };
  }

  /** Ids in pages: all who are ranked in PostgreSQL, then all who stand on the board and may not be there. */
  private async *everyone(board: Board): AsyncGenerator<string[]> {
    let page = await this.standings.page(board, FIRST_PAGE, PAGE);
    while (page.length > 0) {
      yield page.map(({ userId }) => userId);
      page = await this.standings.page(board, page.at(-1)?.userId ?? '', PAGE);
    }
    let cursor = '0';
    do {
      const [next, flat] = await this.redis.zscan(keysOf(board).standings, cursor, 'COUNT', SCAN);
      const held = flat.filter((_value, at) => at % 2 === 0);
      const ranked = new Set((await this.ranked(board, held)).keys());
      yield held.filter((userId) => !ranked.has(userId));
      cursor = next;
    } while (cursor !== '0');
  }

  private async lasting(board: Board, differing: BoardDifference[]): Promise<BoardDifference[]> {
    let left = differing;
    for (let look = 0; look < LOOKS && left.length > 0; look += 1) {
      await sleep(PAUSE_MS);
      const again = await this.compare(
        board,
        left.map(({ userId }) => userId),
      );
      left = again.differing;
    }
    return left;
  }

  /** @returns how many of these are ranked, and who is ranked otherwise in Redis */
  private async compare(board: Board, userIds: string[]) {
    if (userIds.length === 0) return { compared: 0, differing: [] };
    const ranked = await this.ranked(board, userIds);
    const scores = await this.redis.zmscore(keysOf(board).standings, userIds);
    const differing = userIds.flatMap((userId, at): BoardDifference[] => {
      const [standing, score] = [ranked.get(userId), scores[at] ?? null];
      if (isEqual(board, standing, score)) return [];
      const found = score === null ? null : decodeScore(board.layout, score).points;
      return [
        { board: board.name, periodKey: board.periodKey, userId, expected: standing?.points ?? null, found },
      ];
    });
    return { compared: ranked.size, differing };
  }

  private async ranked(board: Board, userIds: string[]): Promise<Map<string, Standing>> {
    const found = userIds.length === 0 ? [] : await this.standings.find(board, userIds);
    return new Map(found.filter(({ points }) => points > 0).map((one) => [one.userId, one]));
  }
}

function isEqual(board: Board, standing: Standing | undefined, score: string | null): boolean {
  if (!standing || score === null) return !standing && score === null;
  return encodeScore(board.layout, standing.points, standing.ordinal) === scoreValue(score).toString();
}
