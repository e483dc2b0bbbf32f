import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayOf, SPAN_PERIODS, spanOn } from '../../src/common/period.js';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { regrade, withFalse } from '../support/regrades.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

interface Page {
  period: string;
  periodKey: string;
  size: number;
  data: { rank: number; userId: string; score: number }[];
}

const COUNT = 6;
/** A Friday in the 53rd week of the year before. */
const PAST = '2021-01-01';

let stack: Stack;
let author: ApiClient;
let quiz: QuizView;
let anna: ApiClient;
let bela: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 1 });
  author = await stack.author();
  quiz = await publishQuiz(author, trueFalse(COUNT));
  [anna, bela] = [await stack.client().signUp(), await stack.client(1).signUp()];
});
afterAll(async () => await stack.stop());

/** Submits, and waits until it is scored; as if it had been accepted at another moment, when one is given. */
const submit = async (learner: ApiClient, right: number, acceptedAt?: string) => {
  const thaw = await stack.freezeWorkers();
  const answer = await learner.post<{ id: string }>(
    `/quizzes/${quiz.id}/submissions`,
    answersTo(quiz, right),
  );
  expect(answer.status).toBe(202);
  if (acceptedAt)
    await stack.sql('UPDATE submissions SET submitted_at = $2 WHERE id = $1', [answer.body.id, acceptedAt]);
  await thaw();
  await untilScored(stack);
  // The boards are written before the profile.
  await waitUntil('the profile has followed', async () => {
    const [row] = await stack.sql<{ total: number }>('SELECT total_score AS total FROM users WHERE id = $1', [
      learner.user.userId,
    ]);
    return (await learner.get<{ totalScore: number }>('/me')).body.totalScore === row?.total;
  });
};
const names = () => ['global', `quiz:${quiz.id}`];
const page = async (board: string, query: string, node = 0) =>
  (await stack.client(node).get<Page>(`/leaderboards/${board}?${query}`)).body;
const scores = async (board: string, query: string, node = 0) =>
  (await page(board, query, node)).data.map(({ userId, score }) => [userId, score]);
const of = ({ user }: ApiClient, score: number) => [user.userId, score];
const held = async () => (await stack.redis.keys(keys.leaderboard.ready('*', '*'))).length;

describe('boards of periods', () => {
  it('count what was accepted in them, on both nodes, from PostgreSQL and then from Redis', async () => {
    await submit(anna, 2);
    await submit(bela, 3);
    await submit(anna, 4);
    const today = dayOf(new Date());
    for (const board of names()) {
      for (const period of SPAN_PERIODS) {
        const { key } = spanOn(period, today);
        const expected = [of(anna, 4), of(bela, 3)];
        expect(await scores(board, `period=${period}`)).toEqual(expected);
        const marker = keys.leaderboard.ready(board, key);
        await waitUntil('it is built', async () => (await stack.redis.exists(marker)) === 1);
        expect(await scores(board, `period=${period}&periodKey=${key}`, 1)).toEqual(expected);
        expect(await page(board, `period=${period}`)).toMatchObject({ period, periodKey: key, size: 2 });
        expect(await stack.redis.pttl(marker)).toBeGreaterThan(0);
        const mine = await bela.get(`/leaderboards/${board}/me?period=${period}&around=1`);
        expect(mine.body).toMatchObject({ rank: 2, score: 3, size: 2, percentile: 50, pointsToNext: 2 });
      }
    }
  });

  it('follow scores once they are built, and tell no events', async () => {
    const live = await LiveClient.connect(stack.url(1), bela);
    await live.subscribe({ topic: 'leaderboard:global' });
    await submit(bela, 5);
    for (const board of names())
      for (const period of ['all', ...SPAN_PERIODS])
        expect(await scores(board, `period=${period}`)).toEqual([of(bela, 5), of(anna, 4)]);
    const changed = await live.next('leaderboard.changed', ({ data }) => JSON.stringify(data).includes(':5'));
    expect(changed.data).toMatchObject({ board: 'global', period: 'all' });
    const told = live.events.filter(({ topic }) => topic.startsWith('leaderboard:'));
    expect(new Set(told.map(({ topic }) => topic))).toEqual(new Set(['leaderboard:global']));
    live.close();
  });

  it('put a late score where it was accepted: in the past period, not in this one', async () => {
    const cleo = await stack.client().signUp();
    await submit(cleo, 1, `${PAST}T23:59:59.999Z`);
    for (const board of names()) {
      expect(await scores(board, `period=weekly&periodKey=2020-W53`)).toEqual([of(cleo, 1)]);
      expect(await scores(board, `period=monthly&periodKey=2021-01`)).toEqual([of(cleo, 1)]);
      expect(await scores(board, `period=daily&periodKey=${PAST}`)).toEqual([of(cleo, 1)]);
    }
    // Over midnight.
    await submit(cleo, 3, '2021-01-02T00:00:00.000Z');
    for (const board of names()) {
      expect(await scores(board, `period=daily&periodKey=${PAST}`)).toEqual([of(cleo, 1)]);
      expect(await scores(board, `period=daily&periodKey=2021-01-02`)).toEqual([of(cleo, 2)]);
      expect(await scores(board, `period=weekly&periodKey=2020-W53`)).toEqual([of(cleo, 3)]);
      expect(await scores(board, `period=daily`)).toEqual([of(bela, 5), of(anna, 4)]);
      expect(await scores(board, `period=all`)).toEqual([of(bela, 5), of(anna, 4), of(cleo, 3)]);
    }
  });

  it('lose what a regrade takes, gain what it gives, in the period of the submission', async () => {
    await regrade(author, quiz.id, withFalse(COUNT, [0]));
    // Whoever called the first one true has one less; Bela's 5 right are 4.
    for (const board of names()) {
      for (const period of ['all', ...SPAN_PERIODS])
        expect((await scores(board, `period=${period}`)).slice(0, 2)).toEqual([of(bela, 4), of(anna, 3)]);
      expect((await page(board, `period=weekly&periodKey=2020-W53`)).data.map(({ score }) => score)).toEqual([
        2,
      ]);
    }
  });

  it('are the same after a flush, and lose who is banned at once, also in the past', async () => {
    await stack.redis.flushall();
    const everything = async () =>
      await Promise.all(
        names().flatMap((board) =>
          ['period=daily', 'period=monthly', 'period=weekly&periodKey=2020-W53'].map(
            async (query) => await scores(board, query, 1),
          ),
        ),
      );
    const fromPostgres = await everything();
    expect(fromPostgres.flat()).toHaveLength(2 * 5);
    const current = names().flatMap((board) =>
      (['daily', 'monthly'] as const).map((period) =>
        keys.leaderboard.ready(board, spanOn(period, dayOf(new Date())).key),
      ),
    );
    await waitUntil('the present ones are built', async () => {
      await everything();
      return (await stack.redis.exists(...current)) === current.length;
    });
    expect(await everything()).toEqual(fromPostgres);
    // Asked for as often as the others, by whoever likes: they come from PostgreSQL.
    for (const board of names())
      expect(await stack.redis.exists(keys.leaderboard.ready(board, '2020-W53'))).toBe(0);

    const [past] = (await page('global', 'period=weekly&periodKey=2020-W53')).data;
    const admin = await stack.admin();
    await admin.send('PATCH', `/admin/users/${past?.userId}`, { status: 'banned' });
    for (const board of names())
      expect(await scores(board, 'period=weekly&periodKey=2020-W53', 1)).toEqual([]);
    const { boards, differences } = (
      await admin.post<{ boards: number; differences: [] }>('/admin/leaderboards/verify')
    ).body;
    expect(boards).toBeGreaterThanOrEqual(current.length);
    expect(differences).toEqual([]);
  });
});

describe('a period that is asked for', () => {
  it.each([
    ['period=hourly', 'period'],
    ['period=weekly&periodKey=2025-W53', 'periodKey'],
    ['period=weekly&periodKey=2026-11', 'periodKey'],
    ['period=daily&periodKey=2026-02-30', 'periodKey'],
    ['period=daily&periodKey=9999-12-31', 'periodKey'],
    ['period=weekly&periodKey=9999-W52', 'periodKey'],
    ['period=monthly&periodKey=', 'periodKey'],
    ['period=monthly&periodKey=2026-01&periodKey=2026-02', 'periodKey'],
    ['period=all&periodKey=2026-01', 'periodKey'],
    ['periodKey=2026-01', 'periodKey'],
  ])('%s is refused by name', async (query, path) => {
    const problem = { status: 400, code: 'validation_failed', paths: [path] };
    expectProblem(await stack.client().get(`/leaderboards/global?${query}`), problem);
    expectProblem(await anna.get(`/leaderboards/global/me?${query}`), problem);
  });

  it('is empty where nobody scored, and takes no room in Redis', async () => {
    const before = await held();
    expect(await page('global', 'period=daily&periodKey=1999-12-31')).toMatchObject({ size: 0, data: [] });
    const mine = await anna.get('/leaderboards/global/me?period=monthly&periodKey=1999-12');
    expect(mine.body).toMatchObject({ rank: null, score: 0, size: 0, neighbours: [] });
    expect(await held()).toBe(before);
  });
});
