import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from '../support/api-client.js';
import { told, watchMemory } from '../support/memory.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { signUpMany } from '../support/storm.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

/** A million takes minutes: `DRILL_MEMBERS=1000000 npm test -- drills test/drills/large-board.spec.ts`. */
const MEMBERS = Number(process.env['DRILL_MEMBERS'] ?? 20_000);
const SMALL = 1_000;
const WRITERS = 20;
const READS = 1_000;
const HOUR_MS = 3_600_000;

let stack: Stack;
let quiz: QuizView;
let another: QuizView;
let learners: ApiClient[];

beforeAll(async () => {
  stack = await Stack.start({
    env: { LIMIT_SUBMISSION: '100000/60', LIMIT_USER: '1000000/60', LIMIT_ANONYMOUS: '1000000/60' },
  });
  const author = await stack.author();
  quiz = await publishQuiz(author, trueFalse(10));
  another = await publishQuiz(author, trueFalse(10));
  learners = await signUpMany(stack, WRITERS);
  // Half of the scores are tied with many others.
  await stack.sql(`
    INSERT INTO users (id, email, username, username_key, display_name, password_hash, total_score, ordinal, seq, standing_at)
    SELECT gen_random_uuid(), 'm' || n || '@example.org', 'm' || n, 'm' || n, 'm' || n, 'none',
           1 + (n * 7919::bigint) % ${MEMBERS / 2}, nextval('standing_ordinal'), 1, now() - interval '1 day'
    FROM generate_series(1, ${MEMBERS}) AS n`);
  await stack.sql(`
    INSERT INTO quiz_standings (user_id, quiz_id, best, ordinal)
    SELECT id, '${quiz.id}', 1 + ordinal % 10, ordinal FROM users WHERE email LIKE 'm%' LIMIT ${SMALL}`);
  await stack.sql('ANALYZE');
}, HOUR_MS);
afterAll(async () => await stack.stop());

const isBuilt = async (board: string) =>
  (await stack.redis.exists(keys.leaderboard.ready(board, 'all'))) === 1;

/** Learners score on a quiz, on and on, until what is waited for has come. @returns how many submissions came in */
async function scoreUntil(on: QuizView, isOver: () => Promise<boolean>): Promise<number> {
  let writes = 0;
  while (!(await isOver())) {
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

async function millisOf(read: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await read();
  return performance.now() - startedAt;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** How many times as long reads of the large board take, each right after one of the small board. */
async function ratioOf(
  path: (board: string, userId: string) => string,
  ids: Map<string, string[]>,
): Promise<number> {
  const [small, large] = [`quiz:${quiz.id}`, 'global'];
  const client = stack.client();
  const times = new Map<string, number[]>([small, large].map((board) => [board, []]));
  for (let read = 0; read < READS; read += 1) {
    for (const [board, taken] of times) {
      const userId = ids.get(board)?.[(read * 37) % SMALL] ?? '';
      taken.push(await millisOf(async () => await client.get(path(board, userId))));
    }
  }
  return median(times.get(large) ?? []) / median(times.get(small) ?? []);
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

    await waitUntil('the small board is built', async () => {
      await admin.get(`/leaderboards/quiz:${quiz.id}`);
      return await isBuilt(`quiz:${quiz.id}`);
    });
    const idsOf = async (sql: string) => (await stack.sql<{ id: string }>(sql)).map(({ id }) => id);
    const ids = new Map([
      ['global', await idsOf(`SELECT id FROM users WHERE total_score > 0 ORDER BY id LIMIT ${SMALL}`)],
      [`quiz:${quiz.id}`, await idsOf(`SELECT user_id AS id FROM quiz_standings ORDER BY 1 LIMIT ${SMALL}`)],
    ]);
    const top = await ratioOf((board) => `/leaderboards/${board}?limit=10`, ids);
    const place = await ratioOf((board, userId) => `/leaderboards/${board}/users/${userId}?around=2`, ids);
    const bytes = await stack.redis.memory(
      'USAGE',
      keys.leaderboard.standings('global', 'all'),
      'SAMPLES',
      0,
    );
    console.info(
      `${size} members, ${Math.round(Number(bytes) / size)} bytes each; rebuilt in ${(builtMs / 1000).toFixed(1)} s while ${writes} ` +
        `submissions came in, at most ${told(peaks)}; ` +
        `top 10 takes ${top.toFixed(2)} × what it takes of ${SMALL}, a user's place ${place.toFixed(2)} ×`,
    );
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
