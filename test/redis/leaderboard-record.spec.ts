import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import { decodeScore, encodeScore } from '../../src/leaderboard/board-score.js';
import type { BoardService } from '../../src/leaderboard/board.service.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn } from '../support/leaderboard.js';
import { commitTotal, createLearners, type Committed, type Learner } from '../support/learners.js';
import { startTestRedis, type TestRedis, whenReady } from '../support/redis.js';
import { heldEvents } from '../support/topics.js';

const global = boardOf('global');
const own = keysOf(global);

describe('recording standings', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let boards: BoardService;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    boards = leaderboardOn(redis, postgres).service;
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));
  beforeEach(async () => {
    await redis.redis.flushall();
    await markWhole();
    await postgres.database.user.deleteMany();
  });

  const markWhole = async () => {
    const run = /run_id:(\w+)/.exec(await redis.redis.info('server'))?.[1] ?? '';
    await redis.redis.set(own.ready, run);
  };
  const learners = async (count: number) => await createLearners(postgres.database, count);
  const commit = async (learner: Learner, points: number) =>
    await commitTotal(postgres.database, learner, points);
  const score = async (learner: Learner, points: number) => {
    const standing = await commit(learner, points);
    return { standing, change: (await boards.record('global', [standing]))[0] };
  };
  const onBoard = async () => await redis.redis.zrevrange(own.standings, 0, -1);
  const events = async () => await heldEvents(redis.redis, own.stream);
  /** Twelve learners, the first with the most points, the last two outside the top 10. */
  const fullBoard = async () => {
    const twelve = await learners(12);
    const standings: Committed[] = [];
    for (const [index, learner] of twelve.entries()) standings.push(await commit(learner, 120 - index * 10));
    await boards.record('global', standings);
    await redis.redis.del(own.stream, own.topic);
    return standings;
  };
  const have = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('there are not so many');
    return one;
  };

  it('tells ranks before and after', async () => {
    const [anna, ben] = await learners(2);
    expect((await score(have(anna), 10)).change).toMatchObject({ rank: 1, previousRank: null });
    expect((await score(have(ben), 20)).change).toMatchObject({ rank: 1, previousRank: null });
    expect((await score(have(anna), 30)).change).toMatchObject({ rank: 1, previousRank: 2, changed: true });
  });

  it('puts whoever reached a score first ahead of its equals', async () => {
    const four = await learners(4);
    for (const learner of four) await score(learner, 50);
    expect(await onBoard()).toEqual(four.map((learner) => learner.userId));
  });

  it('does not rank who has no points', async () => {
    const [learner] = await learners(1);
    const { change } = await score(have(learner), 0);
    expect(change).toMatchObject({ rank: null, previousRank: null });
    expect(await onBoard()).toEqual([]);
  });

  it('announces who enters the top 10, and whom that pushes out', async () => {
    const standings = await fullBoard();
    const [tenth, last] = [have(standings[9]), have(standings[11])];
    await score(last, 65);
    expect(await events()).toEqual([
      {
        type: 'leaderboard.top10.entered',
        data: {
          ...{ board: 'global', userId: last.userId, username: last.username, rank: 7, previousRank: 12 },
          ...{ score: 65, displacedUserId: tenth.userId },
        },
      },
      {
        type: 'leaderboard.top10.left',
        data: { board: 'global', userId: tenth.userId, rank: 11, score: 30 },
      },
    ]);
  });

  it('announces no one displaced while the board has room', async () => {
    const [learner] = await learners(1);
    await score(have(learner), 5);
    expect(await events()).toEqual([
      {
        type: 'leaderboard.top10.entered',
        data: {
          ...{ board: 'global', ...have(learner), rank: 1, previousRank: null },
          ...{ score: 5, displacedUserId: null },
        },
      },
    ]);
  });

  it('announces nothing for moves inside the top 10 or below it', async () => {
    const standings = await fullBoard();
    await score(have(standings[5]), 1000);
    await score(have(standings[11]), 25);
    expect(await events()).toEqual([]);
  });

  it('is silent when a standing is delivered again, and when an older one comes late', async () => {
    const [learner] = await learners(1);
    const first = await score(have(learner), 5);
    const second = await score(have(learner), 9);
    const before = await events();
    const again = await boards.record('global', [second.standing, first.standing]);
    expect(again).toEqual([
      { userId: first.standing.userId, rank: 1, previousRank: 1, changed: false },
      { userId: first.standing.userId, rank: 1, previousRank: 1, changed: false },
    ]);
    expect(await events()).toEqual(before);
    expect(before).toHaveLength(1);
  });

  it('hints once a batch that the board changed, and not when nothing did', async () => {
    const heard: unknown[] = [];
    const subscriber = await whenReady(redis.connections.subscriber());
    await subscriber.subscribe(own.stream, 'done');
    const done = new Promise((resolve) =>
      subscriber.on('message', (channel: string, text: string) => {
        if (channel === 'done') resolve(undefined);
        else heard.push(JSON.parse(text));
      }),
    );
    const standings = await Promise.all((await learners(3)).map(async (one) => await commit(one, 10)));
    await boards.record('global', standings);
    await boards.record('global', standings);
    await redis.redis.publish('done', '');
    await done;
    const hints = heard.filter((notice) => Array.isArray(notice) && notice[1] === 'leaderboard.changed');
    expect(hints).toStrictEqual([
      [expect.any(String), 'leaderboard.changed', null, null, expect.stringMatching(/^\d{13}$/), null],
    ]);
  });

  it('writes nothing when a key is not what it should be', async () => {
    const [learner] = await learners(1);
    await redis.redis.set(own.stream, 'not a stream');
    await expect(score(have(learner), 5)).rejects.toThrow('WRONGTYPE');
    expect(await onBoard()).toEqual([]);
  });

  it('announces nothing and claims no rank while the board is being rebuilt', async () => {
    await redis.redis.del(own.ready);
    await redis.redis.set(own.rebuild, 'somebody');
    const [learner] = await learners(1);
    const { change } = await score(have(learner), 5);
    expect(change).toMatchObject({ rank: null, previousRank: null });
    expect(await onBoard()).toHaveLength(1);
    expect(await events()).toEqual([]);
  });

  it('leaves a board alone that nobody builds: who builds it reads what was committed', async () => {
    await redis.redis.del(own.ready);
    const [learner] = await learners(1);
    const { change } = await score(have(learner), 5);
    expect(change).toMatchObject({ rank: null, previousRank: null, changed: false });
    expect(await redis.redis.exists(own.standings)).toBe(0);
  });

  it('announces nothing when the marker is of another run of Redis', async () => {
    await redis.redis.set(own.ready, 'another-run');
    const [learner] = await learners(1);
    await score(have(learner), 5);
    expect(await events()).toEqual([]);
  });

  it('keeps a removed user out against what comes late', async () => {
    const [learner] = await learners(1);
    const { standing } = await score(have(learner), 40);
    const [row] = await postgres.database.$queryRaw<{ seq: bigint }[]>`
      UPDATE users SET total_score = 0, seq = seq + 1 WHERE id = ${standing.userId}::uuid RETURNING seq`;
    await boards.follow(have(learner));
    expect(await redis.redis.zscore(own.fences, standing.userId)).toBe(String(row?.seq));
    const [late] = await boards.record('global', [standing]);
    expect(late).toMatchObject({ rank: null, changed: false });
    expect(await onBoard()).toEqual([]);
    expect(await redis.redis.pttl(own.fences)).toBeGreaterThan(3_500_000);
  });

  it('lets a total fall, and a late higher one not bring it back', async () => {
    const [learner, other] = await learners(2);
    const { standing: high } = await score(have(learner), 40);
    await score(have(other), 30);
    const low = await commit(high, 20);
    await boards.follow(have(learner));
    expect(await redis.redis.zscore(own.fences, high.userId)).toBe(String(low.seq));
    const [late] = await boards.record('global', [high]);
    expect(late).toMatchObject({ rank: 2, previousRank: null });
    expect(await redis.redis.zscore(own.standings, high.userId)).toBe(
      encodeScore(global.layout, low.points, low.ordinal),
    );
  });

  it('keeps every score exact through Redis', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4_194_303 }),
        fc.bigInt({ min: 0n, max: 2_147_483_647n }),
        async (points, ordinal) => {
          await redis.redis.zadd(own.standings, encodeScore(global.layout, points, ordinal), 'someone');
          const held = await redis.redis.zscore(own.standings, 'someone');
          expect(decodeScore(global.layout, held ?? '')).toEqual({ points, ordinal });
        },
      ),
    );
  });

  it('ranks as SQL does after any sequence of scores, delivered late, twice or in any order', async () => {
    const eight = await learners(8);
    const step = fc.record({ who: fc.nat({ max: 7 }), gain: fc.nat({ max: 3 }) });
    const steps = fc.array(step, { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(steps, fc.infiniteStream(fc.nat()), async (gains, chance) => {
        await redis.redis.del(own.standings);
        await postgres.database.$executeRaw`UPDATE users SET total_score = 0`;
        const totals = new Map<number, number>();
        const jobs: Committed[] = [];
        for (const { who, gain } of gains) {
          const total = (totals.get(who) ?? 0) + gain;
          // A total that did not rise keeps its ordinal, and brings the board nothing new.
          if (gain > 0) jobs.push(await commit(have(eight[who]), total));
          totals.set(who, total);
        }
        const delivered = [...jobs, ...jobs]
          .map((job) => ({ job, at: Number(chance.next().value) }))
          .sort((a, b) => a.at - b.at);
        for (const { job } of delivered) await boards.record('global', [job]);
        const rows = await postgres.database.$queryRaw<{ id: string }[]>`
          SELECT id FROM users WHERE total_score > 0 ORDER BY total_score DESC, ordinal ASC`;
        expect(await onBoard()).toEqual(rows.map((row) => row.id));
      }),
      { numRuns: 25 },
    );
  });
});
