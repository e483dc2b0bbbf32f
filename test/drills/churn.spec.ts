import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { isKnownKey, mayStay } from '../../src/redis/key-catalogue.js';
import { keys } from '../../src/redis/keys.js';
import { PASSWORD, type ApiClient } from '../support/api-client.js';
import { openGroup, write } from '../support/chats.js';
import { dormantIds, sweepNow } from '../support/dormancy.js';
import { sized } from '../support/drill.js';
import { LiveClient } from '../support/live-client.js';
import { MailRoom } from '../support/mail-room.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const SECONDS = sized({ short: 5, whole: 3_600 });
const WARM_UP_SECONDS = sized({ short: 2, whole: 10 });
const AT_ONCE = 3;
/** An hour of people who come by now and then, not of a machine at its limit. */
const PAUSE_MS = sized({ short: 0, whole: 2_000 });
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const LAST_SEEN = keys.lifecycle.lastSeen('all');
/** What may be there for longer than a week, whoever comes: figures of days, and when what last ran. */
const LASTING = /^rs:\{(analytics|repeat):all\}:/;
/** What processes write by themselves all the time: turns, heartbeats, what they did last. */
const COMING_AND_GOING = 15;
const MEGABYTE = 1024 * 1024;

interface Left {
  /** Of keys without an expiry. */
  names: string[];
  /** How many there are with those that live for longer than a week. */
  keys: number;
  bytes: number;
}

let stack: Stack;
let mails: MailRoom;
let quiz: QuizView;
let users = 0;

beforeAll(async () => {
  mails = await MailRoom.start();
  stack = await Stack.start({
    ...{ apis: 2, workers: 1 },
    env: {
      ...mails.env,
      SESSION_IDLE_TTL_SEC: '15',
      ACCESS_TOKEN_TTL_SEC: '15',
      LIMIT_SUBMISSION: '1000/2',
      LIMIT_USER: '1000/2',
    },
  });
  quiz = await publishQuiz(await stack.author(), trueFalse(5));
}, HOUR_MS);
afterAll(async () => {
  await mails.stop();
  await stack.stop();
});

/** What somebody does who comes by once. @returns the client, for the next one to write to */
async function comeBy(before: ApiClient | undefined): Promise<ApiClient> {
  const node = (users += 1) % 2;
  const client = await stack.client(node).signUp();
  await client.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, 1 + (users % 5)));
  for (const period of ['all', 'daily', 'monthly'])
    for (const board of ['global', `quiz:${quiz.id}`])
      await client.get(`/leaderboards/${board}?period=${period}`);
  await client.get(`/quizzes/${quiz.id}/results`);
  const live = await LiveClient.connect(stack.url(node), client);
  await live.subscribe({ topic: 'leaderboard:global' });
  if (before) {
    const group = await openGroup(client, [before]);
    await write(client, group, `Hello @${before.user.username}`);
    await client.get(`/leaderboards/group:${group}`);
  }
  await client.post('/auth/login', { identifier: client.user.username, password: 'not the right one' });
  await client.post('/auth/login', { identifier: `nobody_${users}`, password: PASSWORD });
  await client.post('/auth/password/forgot', { email: `nobody_${users}@example.org` });
  live.close();
  if (users % 3 === 0) await client.post('/auth/logout');
  return client;
}

async function churn(seconds: number): Promise<void> {
  const until = Date.now() + seconds * 1_000;
  const one = async () => {
    let before: ApiClient | undefined;
    // Twice at least, so that one writes to another.
    for (let times = 0; times < 2 || Date.now() < until; times += 1) {
      before = await comeBy(before);
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

interface Held {
  name: string;
  type: string;
  /** What is left of its time; -1 for ever. */
  ttlMs: number;
}

/** The keys that are there now: DBSIZE also counts what has expired and is not removed yet. */
async function held(): Promise<Held[]> {
  const found = new Map<string, Held>();
  for await (const names of stack.redis.scanStream({ count: 500 }))
    for (const name of names as string[]) {
      const [type, ttlMs] = [await stack.redis.type(name), await stack.redis.pttl(name)];
      if (type !== 'none' && ttlMs !== -2) found.set(name, { name, type, ttlMs });
    }
  return [...found.values()];
}

/**
 * Lets a week go by, as far as Redis is concerned: what expires by then has expired, also what was written meanwhile.
 * @returns what is there then
 */
async function aWeekLater(): Promise<Held[]> {
  let left: Held[] = [];
  await waitUntil('what expires is gone', async () => {
    left = await held();
    const expiring = left.filter(({ ttlMs }) => ttlMs >= 0 && ttlMs <= WEEK_MS);
    for (const { name } of expiring) await stack.redis.pexpire(name, 1, 'LT');
    return expiring.length <= COMING_AND_GOING;
  });
  return left.filter(({ ttlMs }) => ttlMs === -1 || ttlMs > WEEK_MS);
}

/** Nobody was there for eight days. */
async function everybodyAway(): Promise<void> {
  await stack.sql(
    `UPDATE users SET last_active_at = now() - interval '8 days' WHERE role = 'learner' AND dormant_since IS NULL`,
  );
  const seen = await stack.redis.zrange(LAST_SEEN, 0, '-1');
  const ago = Date.now() - WEEK_MS - DAY_MS;
  if (seen.length > 0) await stack.redis.zadd(LAST_SEEN, ...seen.flatMap((userId) => [ago, userId]));
}

/** Jobs that were let go before their time. */
const hurried = new Set<string>();

/**
 * Jobs that wait for their time have it: mails about what nobody has read wait for half a minute and more. Once: what
 * fails then is tried again in its own time.
 */
async function delaysPass(): Promise<void> {
  for (const name of await stack.redis.keys(keys.queue.delayed('*'))) {
    const waiting = await stack.redis.zrange(name, 0, '-1');
    const ids = waiting.filter((id) => !hurried.has(id));
    for (const id of ids) hurried.add(id);
    if (ids.length > 0) await stack.redis.zadd(name, 'XX', ...ids.flatMap((id) => [1, id]));
  }
}

const untilKept = async () =>
  await waitUntil(
    'all promises are kept',
    async () => {
      await delaysPass();
      return (await stack.sql('SELECT 1 FROM outbox')).length === 0;
    },
    240_000,
  );

/** Everybody stays away, the sweeps have run, what follows is done, and what expires has expired. */
async function settle(): Promise<Left> {
  await untilScored(stack, HOUR_MS);
  await untilKept();
  await aWeekLater();
  await everybodyAway();
  await sweepNow(stack, 120_000);
  await untilKept();
  const left = await aWeekLater();
  await stack.redis.call('MEMORY', 'PURGE');
  const bytes = Number(/used_memory:(\d+)/.exec(await stack.redis.info('memory'))?.[1]);
  return {
    names: left.flatMap(({ name, ttlMs }) => (ttlMs === -1 ? [name] : [])).sort(),
    keys: left.length,
    bytes,
  };
}

it(
  `after ${SECONDS} s of people who come and go, keys and memory are where they were`,
  async () => {
    await churn(WARM_UP_SECONDS);
    const before = await settle();
    const atFirst = users;
    await churn(SECONDS);
    const most = { keys: await stack.redis.dbsize(), users: users - atFirst };
    const after = await settle();

    expect(await dormantIds(stack)).toHaveLength(users);
    expect(after.names).toEqual(before.names);
    expect(Math.abs(after.keys - before.keys)).toBeLessThanOrEqual(COMING_AND_GOING);
    expect(after.bytes - before.bytes).toBeLessThan(MEGABYTE);
    const wrong = (await held()).filter(
      ({ name, type, ttlMs }) =>
        !isKnownKey(name, type) ||
        (ttlMs === -1 && !mayStay(name, type)) ||
        (ttlMs > WEEK_MS && !LASTING.test(name)),
    );
    expect(wrong).toEqual([]);
    console.info(
      `${most.users} users came and went: ${before.keys} keys before, ${most.keys} at the end of it, ${after.keys} after; ` +
        `${(before.bytes / MEGABYTE).toFixed(2)} MB before, ${(after.bytes / MEGABYTE).toFixed(2)} MB after`,
    );
  },
  2 * HOUR_MS,
);
