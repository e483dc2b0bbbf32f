import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import { gather, leave } from '../support/crowd.js';
import { sweepNow } from '../support/dormancy.js';
import { IS_WHOLE, sized } from '../support/drill.js';
import { goFirst } from '../support/go-first.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const USERS = sized({ short: 2_000, whole: 100_000 });
const ABSENT = (USERS * 6) / 10;
const RETURNING = Math.min(100, USERS / 40);
const QUIZZES = 10;
const ACTIVE = 5;
const PERIODS = ['all', 'daily', 'weekly', 'monthly'];
const HOUR_MS = 3_600_000;
const SWEEP_MS = 60_000;
const SLOW_MICROS = 10_000;

let stack: Stack;
let admin: ApiClient;
let active: ApiClient[];
let quizzes: QuizView[];

beforeAll(async () => {
  stack = await Stack.start({
    ...{ apis: 1, workers: 2 },
    env: { LIMIT_SUBMISSION: '100000/60', LIMIT_USER: '1000000/60', LIMIT_ANONYMOUS: '1000000/60' },
  });
  goFirst(stack.redisServer.pid);
  admin = await stack.admin();
  const author = await stack.author();
  quizzes = [];
  for (let made = 0; made < QUIZZES; made += 1) quizzes.push(await publishQuiz(author, trueFalse(10)));
  active = [];
  for (let nth = 0; nth < ACTIVE; nth += 1) active.push(await stack.client().signUp());
  const [quiz] = quizzes as [QuizView];
  for (const [index, client] of active.entries())
    await client.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, 1 + (index % 10)));
  await untilScored(stack);
  const likeUserId = active[0]?.user.userId ?? '';
  await gather({ stack, count: USERS, quizzes, likeUserId, absentOfTen: 6 });
  await stack.redis.flushall();
  await waitUntil('all boards are built', isBuilt, HOUR_MS);
  admin = await stack.admin();
  await waitUntil(
    'the workers have swept, and do not for an hour',
    async () => (await stack.redis.hexists(keys.jobs.runs('all'), 'orphaned-keys')) === 1,
    60_000,
  );
  await leave(stack);
}, HOUR_MS);
afterAll(async () => await stack.stop());

const paths = () => [
  ...PERIODS.map((period) => `/leaderboards/global?period=${period}`),
  ...quizzes.map(({ id }) => `/leaderboards/quiz:${id}?period=all`),
  `/leaderboards/quiz:${quizzes[0]?.id}?period=monthly`,
];
async function isBuilt(): Promise<boolean> {
  for (const path of paths()) await stack.client().get(path);
  const ready = await stack.redis.keys(keys.leaderboard.ready('*', '*'));
  return ready.length >= paths().length;
}

const count = async (where: string): Promise<number> =>
  (await stack.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${where}`))[0]?.n ?? 0;
const dormant = async () => await count('users WHERE dormant_since IS NOT NULL');
const differences = async () =>
  (await admin.post<{ differences: object[] }>('/admin/leaderboards/verify')).body.differences;
const sizeOf = async () => (await admin.get<{ size: number }>('/leaderboards/global')).body.size;
const places = async () =>
  await Promise.all(
    active.map(
      async ({ user }) =>
        (await admin.get<{ score: number }>(`/leaderboards/global/users/${user.userId}`)).body.score,
    ),
  );

/** Commands that took over 10 ms since this was asked for. */
async function watchCommands(): Promise<() => Promise<string[]>> {
  await stack.redis.config('SET', 'slowlog-log-slower-than', SLOW_MICROS);
  await stack.redis.config('SET', 'slowlog-max-len', 1_000);
  await stack.redis.slowlog('RESET');
  return async () => {
    const entries = (await stack.redis.slowlog('GET', 1_000)) as [number, number, number, string[]][];
    return entries.map(([, , micros, words]) => `${micros} µs: ${words.slice(0, 3).join(' ')}`);
  };
}

/** Those who are active go on using it until told to stop. @returns what went wrong, and how long answers took */
function useIt(over: AbortSignal): Promise<{ wrong: string[]; millis: number[] }> {
  const [wrong, millis]: [string[], number[]] = [[], []];
  const use = async (client: ApiClient) => {
    while (!over.aborted) {
      const startedAt = performance.now();
      const { status } = await client.get('/me');
      millis.push(performance.now() - startedAt);
      if (status !== 200) wrong.push(`${client.user.username} got ${status}`);
      const top = await client.get('/leaderboards/global');
      if (top.status !== 200) wrong.push(`the board was answered with ${top.status}`);
    }
  };
  return Promise.all(active.slice(0, 3).map(use)).then(() => ({ wrong, millis }));
}

/** Some who were away sign in while it is swept. */
async function signIn(isOver: () => boolean): Promise<ApiClient[]> {
  const back: ApiClient[] = [];
  for (let nth = 0; back.length < RETURNING && !isOver(); nth += 1) {
    const n = nth * 30 + 1 + (nth % 5);
    const client = stack.client();
    const answer = await client.post<never>('/auth/login', { identifier: `crowd_${n}`, password: PASSWORD });
    expect(answer.status).toBe(200);
    client.tokens = answer.body;
    back.push(client);
  }
  return back;
}

it(
  `of ${USERS} users ${ABSENT} fall dormant, the others notice nothing, and who signs in meanwhile keeps everything`,
  async () => {
    const [scores, slow] = [await places(), await watchCommands()];
    const over = new AbortController();
    const using = useIt(over.signal);
    let swept: Awaited<ReturnType<typeof sweepNow>> | undefined;
    const sweeping = sweepNow(stack, HOUR_MS).then((it) => (swept = it));
    const back = await signIn(() => swept !== undefined);
    const { durationMs, dormant: fell } = await sweeping;
    over.abort();
    const { wrong, millis } = await using;
    const commands = await slow();
    const p99 = millis.sort((a, b) => a - b)[Math.floor(millis.length * 0.99)] ?? 0;
    console.info(
      `${fell} of ${USERS} fell dormant in ${(durationMs / 1000).toFixed(1)} s; ` +
        `${back.length} signed in meanwhile; ${commands.length} commands over 10 ms; ` +
        `${millis.length} requests of the active, p99 ${p99.toFixed(0)} ms`,
    );

    expect(wrong).toEqual([]);
    expect(await places()).toEqual(scores);
    expect(back.length).toBeGreaterThan(0);
    for (const client of back) {
      expect((await client.get('/me')).status).toBe(200);
      const place = await client.get<{ rank: number | null }>('/leaderboards/global/me');
      expect(place.body.rank).not.toBeNull();
    }
    const backIds = back.map(({ user }) => user.userId);
    expect(await dormant()).toBe(ABSENT - back.length);
    expect(await count(`users WHERE id IN ('${backIds.join("','")}') AND dormant_since IS NOT NULL`)).toBe(0);
    // Two schedulers, one run: it says of itself what the audit log says of all.
    expect(await count(`audit_log WHERE action = 'account.dormant'`)).toBe(fell);
    expect(fell - (await count(`audit_log WHERE action = 'account.returned'`))).toBe(ABSENT - back.length);
    expect(await sizeOf()).toBe(USERS + ACTIVE - (ABSENT - back.length));
    expect(await differences()).toEqual([]);
    // The short form shares the machine with whatever else runs there.
    if (!IS_WHOLE) return;
    // A standstill of the virtual machine fails this, too: it is to be run again on a quiet one.
    expect(commands).toEqual([]);
    expect(durationMs).toBeLessThan(SWEEP_MS);
  },
  HOUR_MS,
);

it(
  'a sweep that is killed half-way is gone on with',
  async () => {
    const before = await dormant();
    await stack.sql(`
      UPDATE users SET last_active_at = now() - interval '8 days'
      WHERE dormant_since IS NULL AND username LIKE 'crowd_%' AND last_active_at < now() - interval '1 hour'`);
    const due = await count(
      `users WHERE last_active_at < now() - interval '8 days' AND dormant_since IS NULL`,
    );
    const sweeping = sweepNow(stack, HOUR_MS);
    await waitUntil('it is half-way', async () => (await dormant()) > before, HOUR_MS);
    await Promise.all(stack.workers.map(async (worker) => await worker.kill('SIGKILL')));
    const half = (await dormant()) - before;
    stack.startWorker();
    await sweeping;
    await waitUntil(
      'all that follows is done',
      async () => (await count(`outbox WHERE queue = 'lifecycle.follow'`)) === 0,
      60_000,
    );
    expect((await dormant()) - before).toBe(due);
    expect(await differences()).toEqual([]);
    console.info(`killed when ${half} of ${due} had fallen dormant; the next sweep went on with the others`);
  },
  HOUR_MS,
);
