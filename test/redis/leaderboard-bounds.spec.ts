import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { boardOf, groupBoardName, keysOf, labelOf, type Board } from '../../src/leaderboard/board.js';
import type { Standing } from '../../src/leaderboard/standing.js';
import { StandingsRepository } from '../../src/leaderboard/standings.repository.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn } from '../support/leaderboard.js';
import { createLearners } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const own = keysOf(boardOf('global'));
const LEAVERS = 2_100;
const PAGE = 1_000;
const BOARDS = 20;
const AT_ONCE = 3;

/** Writes down how much it is asked for, and of how many boards at once. */
class Watched extends StandingsRepository {
  readonly sizes: number[] = [];
  most = 0;
  private readonly underWay: string[] = [];

  override async leftRecently(...asked: Parameters<StandingsRepository['leftRecently']>) {
    const found = await super.leftRecently(...asked);
    this.sizes.push(found.length);
    return found;
  }

  override async find(board: Board, userIds: string[]) {
    this.sizes.push(userIds.length);
    return await super.find(board, userIds);
  }

  override async page(board: Board, afterId: string, limit: number): Promise<Standing[]> {
    this.underWay.push(labelOf(board));
    this.most = Math.max(this.most, new Set(this.underWay).size);
    const page = await super.page(board, afterId, limit);
    this.underWay.splice(this.underWay.indexOf(labelOf(board)), 1);
    return page;
  }
}

describe('what boards take at once is bounded', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    await createLearners(postgres.database, LEAVERS);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

  it('however many were banned at once, fences are put up again by the thousand', async () => {
    await postgres.database.$executeRaw`
      UPDATE users SET total_score = 1, ordinal = nextval('standing_ordinal'), seq = 5, standing_at = now(), status = 'banned'`;
    const watched = new Watched(postgres.database);
    await leaderboardOn(redis, postgres, watched).rebuilder.check();
    expect(await redis.redis.zcard(own.fences)).toBe(LEAVERS);
    expect(Math.max(...watched.sizes)).toBe(PAGE);
  });

  it('however many boards are read at once, three at most are built at a time, and all in the end', async () => {
    const watched = new Watched(postgres.database);
    const { rebuilder, health } = leaderboardOn(redis, postgres, watched);
    const boards = Array.from({ length: BOARDS }, () => boardOf(groupBoardName(newId())));
    await Promise.all([
      rebuilder.check(boards.slice(BOARDS / 2)),
      ...boards.slice(0, BOARDS / 2).map(async (board) => await rebuilder.check([board])),
    ]);
    expect(watched.most).toBeLessThanOrEqual(AT_ONCE);
    expect(await redis.redis.exists(...boards.map((board) => keysOf(board).ready))).toBe(BOARDS);
    expect(await health.ready()).toBe(true);
  });
});
