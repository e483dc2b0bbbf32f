import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { dayOf, spanOn } from '../../src/common/period.js';
import { Database } from '../../src/database/database.service.js';
import { boardOf, groupBoardName, keysOf, labelOf, type Board } from '../../src/leaderboard/board.js';
import { BoardService } from '../../src/leaderboard/board.service.js';
import { GroupStandings } from '../../src/leaderboard/group-standings.repository.js';
import { KeptBoards } from '../../src/leaderboard/kept-boards.js';
import { PeriodStandings, type Place } from '../../src/leaderboard/period-standings.repository.js';
import type { Standing } from '../../src/leaderboard/standing.js';
import { StandingsRepository } from '../../src/leaderboard/standings.repository.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn } from '../support/leaderboard.js';
import { createGroup, createLearners, type Learner } from '../support/learners.js';
import { startTestRedis, testConfig, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const own = keysOf(boardOf('global'));
const LEAVERS = 1_100;
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

/** Writes down which boards it sums up. */
class Counted extends PeriodStandings {
  readonly summed = new Set<string>();

  override async at(places: Place[]) {
    for (const { board } of places) this.summed.add(labelOf(board));
    return await super.at(places);
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

  it('however many days a learner got points on, only boards that Redis holds are summed up', async () => {
    const { rebuilder } = leaderboardOn(redis, postgres);
    const periods = new Counted(postgres.database);
    const service = new BoardService(
      ...([redis.scripts, new StandingsRepository(postgres.database), periods] as const),
      ...([new GroupStandings(postgres.database), new KeptBoards(redis.redis)] as const),
    );
    const [learner] = (await createLearners(postgres.database, 1)) as [Learner];
    const groupId = await createGroup(postgres.database, learner.userId);
    await postgres.database.conversationMember.create({
      data: { conversationId: groupId, userId: learner.userId },
    });
    await postgres.database.$executeRaw`
      WITH played AS (SELECT gen_random_uuid() AS quiz_id, n FROM generate_series(1, 20) AS n)
      INSERT INTO ledger (submission_id, user_id, quiz_id, delta, solved, seq, total, ordinal, accepted_on)
      SELECT gen_random_uuid(), ${learner.userId}::uuid, quiz_id, 1, 0, 0, 0, n,
             (now() AT TIME ZONE 'UTC')::date - day FROM played, generate_series(0, 59) AS day`;
    const today = dayOf(new Date());
    const kept = [
      boardOf('global', spanOn('daily', today)),
      boardOf(groupBoardName(groupId), spanOn('monthly', today)),
    ];
    await rebuilder.check(kept);
    const sizes = async () =>
      await Promise.all(kept.map(async (board) => await redis.redis.zcard(keysOf(board).standings)));
    expect(await sizes()).toEqual([1, 1]);
    await postgres.database.user.update({
      where: { id: learner.userId },
      data: { status: 'banned', seq: { increment: 1 }, standingAt: new Date() },
    });
    await service.follow(learner);
    expect(await sizes()).toEqual([0, 0]);
    expect(periods.summed).toEqual(new Set([`global ${today}`, `global ${today.slice(0, 7)}`]));
  });

  it('whoever asks for whichever past periods, Redis keeps those of the last days only', async () => {
    await redis.redis.flushall();
    const { reader } = leaderboardOn(redis, postgres);
    const [learner] = (await createLearners(postgres.database, 1)) as [Learner];
    const ago = (days: number) => dayOf(new Date(Date.now() - days * 86_400_000));
    const past = ['2021-01-01', ago(400), ago(3)];
    const late = [ago(2), ago(1), ago(0)];
    for (const day of [...past, ...late])
      await postgres.database.$executeRaw`
        INSERT INTO ledger (submission_id, user_id, quiz_id, delta, solved, seq, total, ordinal, accepted_on)
        VALUES (${newId()}::uuid, ${learner.userId}::uuid, ${newId()}::uuid, 1, 0, 0, 0, 1, ${day}::date)`;
    const daily = (periodKey: string) => ({ period: 'daily', periodKey, offset: 0, limit: 10 }) as const;
    const markers = (days: string[]) =>
      days.map((day) => keysOf(boardOf('global', spanOn('daily', day))).ready);
    for (const day of [...past, ...late]) {
      const { data } = await reader.top('global', daily(day));
      expect(data.map(({ userId }) => userId)).toContain(learner.userId);
    }
    await waitUntil('those of the last days are built', async () => {
      return (await redis.redis.exists(...markers(late))) === late.length;
    });
    expect(await redis.redis.exists(...markers(past))).toBe(0);
  });

  it('a board that takes PostgreSQL too long to read is built all the same', async () => {
    await redis.redis.flushall();
    const impatient = new Database(
      testConfig({ DATABASE_URL: `${postgres.url}?options=${encodeURIComponent('-c lock_timeout=300')}` }),
    );
    const { reader } = leaderboardOn(redis, { ...postgres, database: impatient });
    const marker = keysOf(boardOf('global', spanOn('daily', dayOf(new Date())))).ready;
    await postgres.database.$transaction(async (tx) => {
      await tx.$executeRaw`LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE`;
      await expect(reader.top('global', { period: 'daily', offset: 0, limit: 10 })).rejects.toThrow();
    });
    await waitUntil('it is built', async () => (await redis.redis.exists(marker)) === 1);
    await impatient.$disconnect();
  });
});
