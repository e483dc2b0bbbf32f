import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Clock } from '../../src/common/clock.js';
import { boardOf, groupBoardName, quizBoardName } from '../../src/leaderboard/board.js';
import { keys } from '../../src/redis/keys.js';
import { dayOf, PERIODS, spanOn, type Period } from '../../src/common/period.js';
import { StandingsRepository } from '../../src/leaderboard/standings.repository.js';
import { BoardModel, type Asked, type Placed } from '../support/board-model.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { leaderboardOn, type TestBoards } from '../support/leaderboard.js';
import { createGroup, createLearners, createQuiz, type Learner } from '../support/learners.js';
import { randomFrom, type Random } from '../support/random.js';
import { startTestRedis, unknownKeys, type TestRedis } from '../support/redis.js';
import { commitScores, deliveryOf, type Delivery, type Score } from '../support/scores.js';

const LEARNERS = 2_000;
const STEPS = 400;
const SEED = 20_261_124;
/** Every week of it has a Thursday in another year than its Monday, or a 53rd week, or a month's end. */
const FIRST_DAY = '2026-12-24';

class MovedClock extends Clock {
  moment = new Date(`${FIRST_DAY}T23:59:59.999Z`);
  override now = () => this.moment;
}

describe('boards under everything at once', () => {
  const random: Random = randomFrom(SEED);
  const clock = new MovedClock();
  const model = new BoardModel();
  let redis: TestRedis;
  let postgres: TestDatabase;
  let boards: TestBoards;
  let learners: Learner[];
  let quizzes: string[];
  let groups: string[];
  /** Committed and not yet delivered; some are delivered twice, none in order. */
  let pending: { scores: Score[]; delivery: Delivery; corrects: boolean }[] = [];

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    boards = leaderboardOn(redis, postgres, new StandingsRepository(postgres.database), clock);
    learners = await createLearners(postgres.database, LEARNERS);
    const author = learners[0]?.userId ?? '';
    quizzes = [await createQuiz(postgres.database, author), await createQuiz(postgres.database, author)];
    groups = [await createGroup(postgres.database, author), await createGroup(postgres.database, author)];
    for (const groupId of groups)
      for (const learner of random.shuffled(learners).slice(0, 300)) {
        model.toggleMember(groupId, learner);
        const data = { conversationId: groupId, userId: learner.userId };
        await postgres.database.conversationMember.create({ data });
      }
    await boards.rebuilder.check();
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

  const today = () => dayOf(clock.now());
  const daysAgo = (days: number) => dayOf(new Date(clock.now().getTime() - days * 86_400_000));

  const commit = async (scores: Score[], corrects = false) => {
    const { committed, delivery } = await commitScores(postgres.database, scores);
    model.add(committed);
    pending.push({ scores, delivery, corrects });
  };

  const score = async () => {
    const one = (): Score => ({
      learner: random.of(learners),
      quizId: random.of(quizzes),
      // Late for the day, and sometimes for the week and the month.
      day: random.chance(0.2) ? daysAgo(random.below(12)) : today(),
      delta: 1 + random.below(2),
    });
    await commit(Array.from({ length: 1 + random.below(20) }, one));
  };

  const regradeDown = async () => {
    const quizId = random.of(quizzes);
    const [period, periodKey] = ['daily', daysAgo(random.below(4))] as const;
    const placed = model.ranking({ quizId, period, periodKey });
    if (placed.length === 0) return;
    const { learner, points } = random.of(placed);
    await commit([{ learner, quizId, day: periodKey, delta: -1 - random.below(points) }], true);
  };

  const deliver = async () => {
    const all = random.shuffled(pending.flatMap((one) => (random.chance(0.3) ? [one, one] : [one])));
    pending = [];
    for (const { delivery, corrects } of all) {
      if (corrects) await boards.service.correctAll(delivery.groups, delivery.days);
      else await boards.service.recordAll(delivery.groups, delivery.days);
    }
  };

  /** As owners and administrators do: the profile first, then the boards. */
  const change = async (
    learner: Learner,
    data: { status: 'active' | 'banned' } | { leaderboardVisible: boolean },
  ) => {
    await postgres.database.user.update({
      where: { id: learner.userId },
      data: { ...data, seq: { increment: 1 }, standingAt: new Date() },
    });
    await boards.profiles.reload([learner.userId]);
    await boards.service.follow(learner);
  };
  const banOrReturn = async () => {
    const learner = random.of(learners.slice(0, 200));
    const banned = random.chance(0.5);
    model.setBanned(learner, banned);
    await change(learner, { status: banned ? 'banned' : 'active' });
  };
  const hideOrShow = async () => {
    const learner = random.of(learners.slice(100, 300));
    const hidden = random.chance(0.5);
    model.setHidden(learner, hidden);
    await change(learner, { leaderboardVisible: !hidden });
  };

  const joinOrLeave = async (groupId: string, learner: Learner) => {
    const { database } = postgres;
    const where = { conversationId: groupId, userId: learner.userId };
    const joins = model.toggleMember(groupId, learner);
    await database.$transaction([
      database.user.update({ where: { id: learner.userId }, data: { seq: { increment: 1 } } }),
      joins
        ? database.conversationMember.create({ data: where })
        : database.conversationMember.delete({ where: { conversationId_userId: where } }),
    ]);
    await boards.service.followMembership(learner.userId, groupId);
  };

  const flush = async () => {
    await redis.redis.flushall();
    // A job that is delivered again reads what is so by then.
    for (const one of pending) one.delivery = await deliveryOf(postgres.database, one.scores);
  };
  const rebuild = async () =>
    await boards.rebuilder.rebuild([boardOf('global'), boardOf(quizBoardName(quizzes[0] ?? ''))]);
  const nextDay = async () => {
    clock.moment = new Date(clock.moment.getTime() + 86_400_000);
    await postgres.database.$executeRaw`
      INSERT INTO ordinal_days SELECT ${today()}::date + 2, last_value FROM standing_ordinal`;
  };
  /** As if as many others had scored as 6 % of what a board can tell apart, and it were looked after. */
  const othersScore = async () => {
    await postgres.database
      .$queryRaw`SELECT setval('standing_ordinal', last_value + 134217728) FROM standing_ordinal`;
    if (await boards.ordinals.isDue()) await boards.rebuilder.rebuild([boardOf('global')]);
  };

  const steps: [number, () => Promise<void> | void][] = [
    [50, score],
    [12, regradeDown],
    [12, deliver],
    [6, banOrReturn],
    [6, hideOrShow],
    [20, async () => await joinOrLeave(random.of(groups), random.of(learners))],
    [3, flush],
    [3, rebuild],
    [8, nextDay],
    [4, othersScore],
  ];

  const asked = (): Asked => {
    const period: Period = random.of(PERIODS);
    const of = random.of([{}, { quizId: random.of(quizzes) }, { groupId: random.of(groups) }]);
    if (period === 'all') return { ...of, period };
    return {
      ...of,
      period,
      periodKey: spanOn(period, daysAgo(random.chance(0.5) ? 0 : random.below(12))).key,
    };
  };
  const nameOf = ({ quizId, groupId }: Asked) => {
    if (groupId !== undefined) return groupBoardName(groupId);
    return quizId === undefined ? 'global' : quizBoardName(quizId);
  };
  const queryOf = ({ period, periodKey }: Asked) => ({
    period,
    // The present one need not be named.
    ...(period !== 'all' && periodKey === spanOn(period, today()).key ? {} : { periodKey }),
  });
  const rows = (placed: Placed[], first: number, viewer?: Learner) =>
    placed.map(({ learner, points }, index) => {
      const shown = !model.isHidden(learner) || learner === viewer;
      const who = shown ? learner : { userId: null, username: null };
      return { rank: first + index, userId: who.userId, username: who.username, score: points };
    });

  const checkTop = async (what: Asked) => {
    const ranking = model.ranking(what);
    const [offset, limit] = [random.below(ranking.length + 2), 1 + random.below(100)];
    const page = await boards.reader.top(nameOf(what), { ...queryOf(what), offset, limit });
    expect([what, page.size]).toEqual([what, ranking.length]);
    expect([what, page.data]).toEqual([what, rows(ranking.slice(offset, offset + limit), offset + 1)]);
    expect([page.period, page.periodKey]).toEqual([what.period, what.periodKey ?? 'all']);
  };

  const checkPlace = async (what: Asked) => {
    const ranking = model.ranking(what);
    const learner =
      random.chance(0.8) && ranking.length > 0 ? random.of(ranking).learner : random.of(learners);
    const at = ranking.findIndex((placed) => placed.learner === learner);
    const around = random.below(4);
    const width = Math.min(2 * around + 1, ranking.length);
    const first = Math.max(0, Math.min(at - around, ranking.length - width));
    const place = await boards.reader.place(
      nameOf(what),
      learner.userId,
      { ...queryOf(what), around },
      { ...learner },
    );
    expect([what, place]).toMatchObject([
      what,
      {
        ...{ rank: at < 0 ? null : at + 1, score: ranking[at]?.points ?? 0, size: ranking.length },
        neighbours: at < 0 ? [] : rows(ranking.slice(first, first + width), first + 1, learner),
      },
    ]);
  };

  it('equal what is added up and sorted, on every read', async () => {
    const weights = steps.flatMap(([weight, step]) => Array.from({ length: weight }, () => step));
    let mostHeld = 0;
    for (let left = STEPS; left > 0; left -= 1) {
      await random.of(weights)();
      if (left % 4 !== 0) continue;
      await deliver();
      for (let reads = 0; reads < 4; reads += 1) {
        await checkTop(asked());
        await checkPlace(asked());
      }
      const held = await redis.redis.keys(keys.leaderboard.ready('*', '*'));
      mostHeld = Math.max(mostHeld, held.length);
    }
    await deliver();
    // Not all was read from PostgreSQL.
    expect(mostHeld).toBeGreaterThan(20);
    const { differences, members } = await boards.verifier.verify();
    expect(differences).toEqual([]);
    expect(members).toBeGreaterThan(LEARNERS / 2);
    const { origin } = await postgres.database.ordinalOrigin.findFirstOrThrow();
    expect(origin).toBeGreaterThan(0n);
    expect(await unknownKeys(redis.redis)).toEqual([]);
  });
});
