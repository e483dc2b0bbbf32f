import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { LiveClient } from '../support/live-client.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const BOARD = 'leaderboard:global';
const POINTS = 60;
let stack: Stack;
let quiz: QuizView;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 1, env: { LIMIT_SUBMISSION: '10000/60' } });
  quiz = await publishQuiz(await stack.admin(), trueFalse(POINTS));
});
afterAll(async () => await stack.stop());

const submit = async (learner: ApiClient, points: number) => {
  const answer = await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, points));
  expect(answer.status).toBe(202);
};
const score = async (learner: ApiClient, points: number) => {
  await submit(learner, points);
  await untilScored(stack);
};
const seqs = (live: LiveClient) =>
  live.events.filter((event) => event.topic === BOARD && event.seq !== null).map((event) => event.seq);

describe('the top ten, live', () => {
  const learners: ApiClient[] = [];
  let watcher: LiveClient;

  beforeAll(async () => {
    while (learners.length < 12) learners.push(await stack.client(learners.length % 2).signUp());
    watcher = await LiveClient.connect(stack.url(0), await stack.client(0).signUp());
    const { data } = await watcher.subscribe({ topic: BOARD });
    expect(data).toMatchObject({
      ...{ topic: BOARD, recovered: false, seq: 0, epoch: expect.any(String) },
      snapshot: { board: 'global', period: 'all', top: [] },
    });
  });
  afterAll(() => watcher.close());

  it('tells who came in and whom that pushed out, each once, in order', async () => {
    // Each newcomer has more points than all before and enters at rank 1.
    for (const [index, learner] of learners.entries()) await score(learner, index + 1);
    await watcher.next(
      'leaderboard.top10.left',
      (event) => event.data['userId'] === learners[1]?.user.userId,
    );

    const entered = watcher.of('leaderboard.top10.entered').map((event) => event.data);
    expect(entered).toEqual(
      learners.map(({ user }, index) => ({
        ...{ board: 'global', userId: user.userId, username: user.username, score: index + 1 },
        ...{ rank: 1, previousRank: null },
        displacedUserId: learners[index - 10]?.user.userId ?? null,
      })),
    );
    const left = watcher.of('leaderboard.top10.left').map((event) => event.data);
    expect(left).toEqual(
      learners.slice(0, 2).map(({ user }, index) => ({
        ...{ board: 'global', userId: user.userId, rank: 11, score: index + 1 },
      })),
    );
    expect(seqs(watcher)).toEqual(Array.from({ length: 14 }, (_, index) => index + 1));
  });

  it('tells of a return from below, and nothing of moves within the ten', async () => {
    const [first, , third, fourth] = learners;
    if (!first || !third || !fourth) throw new Error('12 learners were to sign up');
    const seen = seqs(watcher).length;
    await score(fourth, 20);
    await score(first, 30);
    const back = await watcher.next('leaderboard.top10.entered', (event) => event.data['score'] === 30);
    expect(back.data).toMatchObject({
      ...{ userId: first.user.userId, rank: 1, previousRank: 12, displacedUserId: third.user.userId },
    });
    await watcher.next('leaderboard.top10.left', (event) => event.data['userId'] === third.user.userId);
    expect(seqs(watcher)).toHaveLength(seen + 2);
  });

  it('replays on another node what was missed, in order, before what is new, and nothing twice', async () => {
    const member = await stack.client(0).signUp();
    const before = await LiveClient.connect(stack.url(0), member);
    const told = (await before.subscribe({ topic: BOARD })).data as { epoch: string; seq: number };
    before.close();
    const [a, b, c] = [
      await stack.client(0).signUp(),
      await stack.client(1).signUp(),
      await stack.client(0).signUp(),
    ];
    await score(a, 41);
    await score(b, 42);

    const after = await LiveClient.connect(stack.url(1), member);
    const again = await after.subscribe({ topic: BOARD, since: told.seq, epoch: told.epoch });
    expect(again.data).toEqual({ topic: BOARD, epoch: told.epoch, seq: told.seq + 4, recovered: true });
    await score(c, 43);
    await waitUntil('the new events are here', () => seqs(after).length >= 6);
    expect(seqs(after)).toEqual([1, 2, 3, 4, 5, 6].map((step) => told.seq + step));
    expect(new Set(after.events.map((event) => event.id)).size).toBe(after.events.length);
    const told42 = after.of('leaderboard.top10.entered').map((event) => event.data['score']);
    expect(told42).toEqual([41, 42, 43]);

    for (const asked of [
      { since: told.seq, epoch: 'another' },
      { since: told.seq + 100, epoch: told.epoch },
      { since: told.seq },
    ]) {
      expect((await after.subscribe({ topic: BOARD, ...asked })).data).toMatchObject({
        ...{ recovered: false, seq: told.seq + 6, snapshot: { board: 'global' } },
      });
    }
    after.close();
  });

  it('hints at changes at most four times a second, and ends with the board as it is', async () => {
    const from = watcher.of('leaderboard.changed').length;
    const racer = await stack.client().signUp();
    for (let points = 1; points < POINTS; points += 1) await submit(racer, points);
    await untilScored(stack);
    const top = (await stack.client(1).get<{ data: object[] }>('/leaderboards/global')).body.data;
    await waitUntil('the last hint shows the board', () => {
      const last = watcher.of('leaderboard.changed').at(-1)?.data;
      return JSON.stringify(last?.['top']) === JSON.stringify(top);
    });
    const hints = watcher.of('leaderboard.changed').slice(from);
    expect(hints.length).toBeGreaterThan(1);
    for (const hint of hints) {
      expect(hint).toMatchObject({ topic: BOARD, seq: null, data: { board: 'global', period: 'all' } });
    }
    const times = hints.map((hint) => Date.parse(hint.ts));
    // Timers and timestamps are whole milliseconds.
    times.slice(4).forEach((time, index) => expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(990));
  });

  it('says no more after unsubscribe', async () => {
    const live = await LiveClient.connect(stack.url(1), await stack.client().signUp());
    await live.subscribe({ topic: BOARD });
    expect(await live.send('unsubscribe', { topic: BOARD })).toEqual({ ok: true, data: { topic: BOARD } });
    const newcomer = await stack.client().signUp();
    await score(newcomer, POINTS);
    await watcher.next('leaderboard.top10.entered', (event) => event.data['score'] === POINTS);
    expect(live.events.filter((event) => event.topic === BOARD)).toEqual([]);
    live.close();
  });
});
