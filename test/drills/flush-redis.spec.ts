import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient, Tokens } from '../support/api-client.js';
import { sized } from '../support/drill.js';
import { LiveClient } from '../support/live-client.js';
import { publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { signUpMany, storm } from '../support/storm.js';
import { accounts, disagreeing, untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const COUNT = sized({ short: 400, whole: 1_000 });
const AT_REST = COUNT / 5;
let stack: Stack;
let quizzes: QuizView[];
let learners: ApiClient[];

interface BoardPage {
  size: number;
  data: { rank: number; userId: string; score: number }[];
}

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 2, env: { LIMIT_SUBMISSION: '100000/60' } });
  const admin = await stack.admin();
  quizzes = [];
  for (let index = 0; index < 5; index += 1) quizzes.push(await publishQuiz(admin, trueFalse(10)));
  learners = await signUpMany(stack, 40);
  await storm({ stack, learners, quizzes, count: AT_REST });
  await untilScored(stack);
});
afterAll(async () => await stack.stop());

const board = async (): Promise<BoardPage> => {
  const answer = await stack.client().get<BoardPage>('/leaderboards/global?limit=100');
  if (answer.status !== 200) throw new Error(`The board answered ${answer.status}`);
  return answer.body;
};

const boardReady = async () => (await stack.redis.exists(keys.leaderboard.ready('global', 'all'))) === 1;

describe('Redis emptied at rest', () => {
  it('gives the same board at every moment, keeps the refresh token, and tells nobody that it recovered', async () => {
    await waitUntil('all agree', async () => disagreeing(await accounts(stack)).length === 0);
    const before = await board();
    const [learner] = learners;
    if (!learner?.tokens) throw new Error('no learner');
    const live = await LiveClient.connect(stack.url(1), learner);
    const subscribed = await live.subscribe({ topic: 'leaderboard:global' });

    await stack.redis.flushall();
    for (let read = 0; read < 20; read += 1) expect((await board()).data).toEqual(before.data);
    await waitUntil('the board is rebuilt', boardReady);
    expect((await board()).data).toEqual(before.data);

    const refreshed = await stack
      .client()
      .post<Tokens>('/auth/refresh', { refreshToken: learner.tokens.refreshToken });
    expect(refreshed.status).toBe(200);
    expect((await learner.get('/me')).status).toBe(200);

    const back = await LiveClient.connect(stack.url(0), learner);
    const again = await back.subscribe({
      topic: 'leaderboard:global',
      since: 50,
      epoch: String(subscribed.data?.['epoch']),
    });
    expect(again.data).toMatchObject({ recovered: false, snapshot: { board: 'global' } });
    expect([...live.of('leaderboard.top10.entered'), ...live.of('leaderboard.top10.left')]).toEqual([]);
    live.close();
    back.close();
  });
});

describe(`Redis emptied in the middle of ${COUNT} submissions`, () => {
  it('loses none, scores each once, never shows an empty board, and ends with all sums equal', async () => {
    const [{ already } = { already: 0 }] = await stack.sql<{ already: number }>(
      'SELECT count(*)::int AS already FROM submissions',
    );
    const sizes: number[] = [];
    const storming = new AbortController();
    const reader = (async () => {
      while (!storming.signal.aborted) sizes.push((await board()).data.length);
    })();
    let flushes = 0;
    const accepted = await storm({
      stack,
      learners,
      quizzes,
      count: COUNT,
      accepted: (done) => {
        if (done < ((flushes + 1) * COUNT) / 4) return;
        flushes += 1;
        void stack.redis.flushall();
      },
    });
    storming.abort();
    await reader;
    // The storm at rest used the first keys of these learners: those are answered, not stored again.
    expect(accepted).toBe(COUNT);
    expect(flushes).toBe(4);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    await untilScored(stack);
    const [row] = await stack.sql<{ all: number; scored: number; ledger: number }>(`
      SELECT (SELECT count(*)::int FROM submissions) AS all,
             (SELECT count(*)::int FROM submissions WHERE status = 'scored') AS scored,
             (SELECT count(*)::int FROM ledger) AS ledger`);
    expect(row).toEqual({
      all: already + COUNT - AT_REST,
      scored: already + COUNT - AT_REST,
      ledger: already + COUNT - AT_REST,
    });
    await waitUntil(
      'ledger = user = profile = board',
      async () => disagreeing(await accounts(stack)).length === 0,
      20_000,
    );
    const ranked = await stack.sql<{ id: string }>(
      'SELECT id FROM users WHERE total_score > 0 ORDER BY total_score DESC, ordinal',
    );
    expect((await board()).data.map((row) => row.userId)).toEqual(ranked.map((row) => row.id));
  });
});
