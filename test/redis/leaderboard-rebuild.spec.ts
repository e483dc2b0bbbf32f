import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/id.js';
import { boardOf, keysOf, type Board } from '../../src/leaderboard/board.js';
import { encodeScore } from '../../src/leaderboard/board-score.js';
import type { Standing } from '../../src/leaderboard/standing.js';
import { StandingsRepository } from '../../src/leaderboard/standings.repository.js';
import { keys } from '../../src/redis/keys.js';
import { startRedis, type RedisStore } from '../../tools/lib/redis-store.mjs';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { commitTotal, createLearners } from '../support/learners.js';
import { startTestRedis, type TestRedis, whenReady } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const global = boardOf('global');
const own = keysOf(global);
const COUNT = 2_500;

/** Does something once, after the second page was read: what happens in the middle of a rebuild. */
class Interrupted extends StandingsRepository {
  private pages = 0;

  constructor(
    database: TestDatabase['database'],
    private readonly interrupt: () => Promise<unknown>,
  ) {
    super(database);
  }

  override async page(board: Board, afterId: string, limit: number): Promise<Standing[]> {
    const page = await super.page(board, afterId, limit);
    this.pages += 1;
    if (this.pages === 2) await this.interrupt();
    return page;
  }
}

describe('rebuilding a board', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let boards: TestBoards;
  let restarted: RedisStore | undefined;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([
      startTestRedis({ args: ['--appendonly', 'yes'] }),
      startTestDatabase(),
    ]);
    boards = leaderboardOn(redis, postgres);
    await createLearners(postgres.database, COUNT);
  });
  afterAll(async () => {
    await Promise.all([redis.stop(), postgres.stop()]);
    await restarted?.stop();
  });
  beforeEach(async () => {
    await redis.redis.flushall();
    await postgres.database.$executeRaw`
      UPDATE users SET total_score = (random() * 50)::int, ordinal = nextval('standing_ordinal'), seq = seq + 1,
        standing_at = now() - interval '1 day'`;
  });

  const rows = async () =>
    await postgres.database.$queryRaw<{ id: string; points: number; ordinal: bigint }[]>`
      SELECT id, total_score AS points, ordinal FROM users WHERE total_score > 0
      ORDER BY total_score DESC, ordinal ASC`;
  const expectWhole = async () => {
    const expected = (await rows()).flatMap((row) => [
      row.id,
      encodeScore(global.layout, row.points, row.ordinal),
    ]);
    expect(await redis.redis.zrevrange(own.standings, 0, -1, 'WITHSCORES')).toEqual(expected);
    expect(await boards.health.ready()).toBe(true);
    expect(await redis.redis.exists(own.rebuild)).toBe(0);
  };
  const someone = async () => {
    const [user] = await postgres.database.user.findMany({ take: 1, where: { totalScore: { gt: 0 } } });
    if (!user) throw new Error('nobody has points');
    return { userId: user.id, username: user.username };
  };

  it('writes every standing and says so, without an event', async () => {
    expect(await boards.health.ready()).toBe(false);
    await boards.rebuilder.check();
    await expectWhole();
    expect(await redis.redis.exists(own.stream)).toBe(0);
  });

  it('does nothing while the board is whole', async () => {
    await boards.rebuilder.check();
    await redis.redis.del(own.standings);
    await boards.rebuilder.check();
    expect(await redis.redis.exists(own.standings)).toBe(0);
  });

  it('leaves no hole after a flush in the middle', async () => {
    const flushed = new Interrupted(postgres.database, async () => await redis.redis.flushall());
    await leaderboardOn(redis, postgres, flushed).rebuilder.check();
    await expectWhole();
  });

  it('does not set the marker when another has taken the lock over', async () => {
    const thief = newId();
    const robbed = new Interrupted(postgres.database, async () => await redis.redis.set(own.rebuild, thief));
    await leaderboardOn(redis, postgres, robbed).rebuilder.check();
    expect(await redis.redis.get(own.rebuild)).toBe(thief);
    expect(await redis.redis.exists(own.ready)).toBe(0);
  });

  it('takes scores that arrive meanwhile, and announces none of them', async () => {
    const learner = await someone();
    const scoring = new Interrupted(postgres.database, async () => {
      await boards.service.record('global', [await commitTotal(postgres.database, learner, 1_000)]);
    });
    await leaderboardOn(redis, postgres, scoring).rebuilder.check();
    await expectWhole();
    expect(await redis.redis.exists(own.stream)).toBe(0);
  });

  it('is done by one when many find the marker missing at once', async () => {
    let begun = 0;
    const processes = Array.from({ length: 4 }, () =>
      leaderboardOn(
        redis,
        postgres,
        new Interrupted(postgres.database, async () => await Promise.resolve(begun++)),
      ),
    );
    await Promise.all(processes.map(async ({ rebuilder }) => await rebuilder.check()));
    expect(begun).toBe(1);
    await expectWhole();
  });

  it('removes who should not be there, and fences them', async () => {
    const [stranger, fallen, poor] = [
      newId(),
      await someone(),
      (await createLearners(postgres.database, 1))[0],
    ];
    const tooHigh = encodeScore(global.layout, 9_999, 1n);
    for (const userId of [stranger, fallen.userId, poor?.userId ?? ''])
      await redis.redis.zadd(own.standings, tooHigh, userId);
    await boards.rebuilder.check();
    await expectWhole();
    await boards.service.record('global', [
      { userId: stranger, username: 'gone', points: 9_999, ordinal: 1n, seq: 5n, hidden: false },
    ]);
    await expectWhole();
  });

  it('gives up its lock when the process ends, so that another goes on at once', async () => {
    let ending: Promise<void> = Promise.resolve();
    const stopping: TestBoards = leaderboardOn(
      redis,
      postgres,
      new Interrupted(postgres.database, async () => {
        ending = stopping.rebuilder.beforeApplicationShutdown();
        await Promise.resolve();
      }),
    );
    await stopping.rebuilder.check();
    await ending;
    expect(await redis.redis.exists(own.ready, own.rebuild)).toBe(0);
    await boards.rebuilder.check();
    await expectWhole();
  });

  it('applies again what Redis lost when it was last looked at long ago, and fences who left then', async () => {
    await boards.rebuilder.check();
    const [scored, banned, unseen] = await postgres.database.user.findMany({
      take: 3,
      where: { totalScore: { gt: 0 } },
    });
    const before = await commitTotal(postgres.database, { userId: banned?.id ?? '', username: 'b' }, 60);
    await boards.service.record('global', [before]);
    await boards.profiles.get(scored?.id ?? '');
    await redis.redis.set(own.ready, 'another-run');
    await redis.redis.set(own.seen, Date.now() - 12 * 60_000);
    const changed = async (id: string, data: object) =>
      await postgres.database.user.update({
        where: { id },
        data: { ...data, seq: { increment: 1 }, standingAt: new Date(Date.now() - 11 * 60_000) },
      });
    await changed(scored?.id ?? '', { totalScore: 4_000 });
    await changed(banned?.id ?? '', { status: 'banned' });
    await changed(unseen?.id ?? '', { leaderboardVisible: false });
    await boards.rebuilder.check();
    await boards.service.record('global', [before]);
    const [first] = await redis.redis.zrevrange(own.standings, 0, 0);
    expect(first).toBe(scored?.id);
    expect(await redis.redis.zscore(own.standings, before.userId)).toBeNull();
    expect(await redis.redis.smembers(own.hidden)).toEqual([unseen?.id]);
    expect(await redis.redis.exists(keys.profile.profile(scored?.id ?? ''))).toBe(0);
    expect(await boards.health.ready()).toBe(true);
    await changed(banned?.id ?? '', { status: 'active' });
    await changed(unseen?.id ?? '', { leaderboardVisible: true });
  });

  it('notes when it was last known to be whole, and builds it anew where nobody ever noted', async () => {
    await boards.rebuilder.check();
    const noted = async () => Number(await redis.redis.get(own.seen));
    await boards.rebuilder.check();
    const first = await noted();
    expect(Math.abs(Date.now() - first)).toBeLessThan(60_000);
    await waitUntil('it is noted again', async () => {
      await boards.rebuilder.check();
      return (await noted()) > first;
    });
    const { userId } = await someone();
    await redis.redis.zrem(own.standings, userId);
    await redis.redis.set(own.ready, 'another-run');
    await redis.redis.del(own.seen);
    await boards.rebuilder.check();
    await expectWhole();
  });

  it('applies the last minutes again when Redis came back without them', async () => {
    await boards.rebuilder.check();
    const learner = await someone();
    await boards.profiles.get(learner.userId);
    const lost = await commitTotal(postgres.database, learner, 4_000);
    const leader = await boards.reader.top('global', { period: 'all', offset: 0, limit: 1 });
    const userId = leader.data[0]?.userId ?? '';
    await commitTotal(postgres.database, { userId, username: 'the leader' }, 1);
    const old = await redis.redis.get(own.ready);

    await redis.server.kill();
    await redis.server.exited;
    restarted = await startRedis({ dir: redis.server.dir, port: redis.server.port });
    await whenReady(redis.redis);

    expect(await boards.health.ready()).toBe(false);
    expect((await boards.reader.top('global', { period: 'all', offset: 0, limit: 1 })).size).toBeGreaterThan(
      0,
    );
    await boards.rebuilder.check();
    await expectWhole();
    expect(await redis.redis.get(own.ready)).not.toBe(old);
    expect(await redis.redis.zrevrange(own.standings, 0, 0)).toEqual([lost.userId]);
    expect(await redis.redis.exists(keys.profile.profile(learner.userId))).toBe(0);
    expect(await redis.redis.exists(own.stream)).toBe(0);
  });
});
