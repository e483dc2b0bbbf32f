import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { boardOf, keysOf } from '../../src/leaderboard/board.js';
import { around, top } from '../../src/leaderboard/board-read.scripts.js';
import { keys } from '../../src/redis/keys.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';
import type { ApiClient } from '../support/api-client.js';
import { sized } from '../support/drill.js';
import { told, watchMemory } from '../support/memory.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { copyKeys, startTestRedis, type TestRedis } from '../support/redis.js';
import { costRatios, NO_MORE, type Measured } from '../support/script-costs.js';
import { Stack } from '../support/stack.js';
import { signUpMany } from '../support/storm.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const MEMBERS = sized({ short: 20_000, whole: 1_000_000 });
const SMALL = 1_000;
const WRITERS = 20;
const REPEATED = { rounds: 50, measurements: 30 };
const HOUR_MS = 3_600_000;

let stack: Stack;
let quiz: QuizView;
let another: QuizView;
let learners: ApiClient[];
/** Hold the board as it was with few members, and as it is with all; nobody else asks them. */
let small: TestRedis;
let large: TestRedis;

beforeAll(async () => {
  stack = await Stack.start({
    env: { LIMIT_SUBMISSION: '100000/60', LIMIT_USER: '1000000/60', LIMIT_ANONYMOUS: '1000000/60' },
  });
  const author = await stack.author();
  quiz = await publishQuiz(author, trueFalse(10));
  another = await publishQuiz(author, trueFalse(10));
  learners = await signUpMany(stack, WRITERS);
  await fill(1, SMALL);
  await stack.redis.flushall();
  await waitUntil('the small board is built', async () => await isBuilt('global'));
  [small, large] = [await startTestRedis(), await startTestRedis()];
  await copyKeys(stack.redis, small.redis);
  await fill(SMALL + 1, MEMBERS);
  await stack.sql('ANALYZE');
}, HOUR_MS);
afterAll(async () => {
  await small.stop();
  await large.stop();
  await stack.stop();
});

/** Half of the scores are tied with many others. */
const fill = async (first: number, last: number) =>
  await stack.sql(`
    INSERT INTO users (id, email, username, username_key, display_name, password_hash, total_score, ordinal, seq, standing_at)
    SELECT gen_random_uuid(), 'm' || n || '@example.org', 'm' || n, 'm' || n, 'm' || n, 'none',
           1 + (n * 7919::bigint) % ${MEMBERS / 2}, nextval('standing_ordinal'), 1, now() - interval '1 day'
    FROM generate_series(${first}, ${last}) AS n`);

const isBuilt = async (board: string) =>
  (await stack.redis.exists(keys.leaderboard.ready(board, 'all'))) === 1;

/** Learners score on a quiz, each at least once, on and on until what is waited for has come. @returns how many submissions came in */
async function scoreUntil(on: QuizView, isOver: () => Promise<boolean>): Promise<number> {
  let writes = 0;
  while (writes < WRITERS || !(await isOver())) {
    const learner = learners[writes % WRITERS] as ApiClient;
    const answers = answersTo(on, 1 + (Math.floor(writes / WRITERS) % 10));
    expect((await learner.post(`/quizzes/${on.id}/submissions`, answers)).status).toBe(202);
    writes += 1;
  }
  await untilScored(stack, HOUR_MS);
  return writes;
}

async function expectProven(admin: ApiClient): Promise<void> {
  const proof = await admin.post<{ members: number; differences: object[] }>('/admin/leaderboards/verify');
  expect(proof.body.differences).toEqual([]);
  expect(proof.body.members).toBeGreaterThanOrEqual(MEMBERS + WRITERS);
}

/** Of the first ten of the global board, and of the places of users from all over it. */
async function readsOf(redis: Redis): Promise<Measured<'top' | 'place'>> {
  const scripts = new ScriptRunner(redis);
  const board = boardOf('global');
  const userIds = await redis.zrandmember(keysOf(board).standings, SMALL);
  let asked = 0;
  return {
    redis,
    works: {
      top: async () => await scripts.run(top, { board, offset: 0, limit: 10 }),
      place: async () =>
        await scripts.run(around, { board, userId: userIds[(asked += 1) % SMALL] ?? '', around: 2 }),
    },
  };
}

it(
  `a board of ${MEMBERS} is rebuilt while scores come in, loses none, and is read as fast as one of ${SMALL}`,
  async () => {
    const memory = watchMemory(stack);
    await stack.redis.flushall();
    const startedAt = performance.now();
    const writes = await scoreUntil(quiz, async () => await isBuilt('global'));
    const builtMs = performance.now() - startedAt;
    const peaks = memory();

    const admin = await stack.admin();
    await expectProven(admin);
    const { size } = (await admin.get<{ size: number }>('/leaderboards/global')).body;
    expect(size).toBe(MEMBERS + WRITERS);
    expect(writes).toBeGreaterThan(0);

    await copyKeys(stack.redis, large.redis);
    const ratios = await costRatios(await readsOf(small.redis), await readsOf(large.redis), REPEATED);
    const bytes = await stack.redis.memory(
      'USAGE',
      keys.leaderboard.standings('global', 'all'),
      'SAMPLES',
      0,
    );
    console.info(
      `${size} members, ${Math.round(Number(bytes) / size)} bytes each; rebuilt in ${(builtMs / 1000).toFixed(1)} s while ${writes} ` +
        `submissions came in, at most ${told(peaks)}; ` +
        `the top 10 costs Redis ${ratios.top.toFixed(2)} × what it does of ${SMALL}, a user's place ${ratios.place.toFixed(2)} ×`,
    );
    expect(Math.max(ratios.top, ratios.place)).toBeLessThan(NO_MORE);
  },
  HOUR_MS,
);

it(
  'its ordinals are renumbered while scores come in, and nothing is out of order',
  async () => {
    const admin = await stack.admin();
    await stack.sql(`SELECT setval('standing_ordinal', 1700000000)`);
    const origin = async () =>
      Number((await stack.sql<{ origin: string }>('SELECT origin FROM ordinal_origin'))[0]?.origin);
    const startedAt = performance.now();
    let renumberedMs = 0;
    expect((await admin.post('/admin/leaderboards/rebuild')).status).toBe(202);
    const writes = await scoreUntil(another, async () => {
      if (renumberedMs === 0 && (await origin()) > 0) renumberedMs = performance.now() - startedAt;
      return renumberedMs > 0 && (await isBuilt('global'));
    });
    const builtMs = performance.now() - startedAt - renumberedMs;
    await expectProven(admin);
    console.info(
      `renumbered in ${(renumberedMs / 1000).toFixed(1)} s, then built in ${(builtMs / 1000).toFixed(1)} s, while ${writes} ` +
        'submissions came in',
    );
  },
  HOUR_MS,
);
