import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../src/common/id.js';
import { Queues } from '../../src/queue/queues.service.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';
import { keys } from '../../src/redis/keys.js';
import type { AppProcess } from '../support/app-process.js';
import { sized } from '../support/drill.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { accounts, disagreeing, untilScored } from '../support/sums.js';
import { waitUntil } from '../support/wait-until.js';

const JOBS = sized({ short: 1_200, whole: 20_000 });
const KILLS = sized({ short: 3, whole: 50 });
const LEARNERS = 50;
const QUEUE = 'submission.score';
/** The short form shares the machine with whatever else runs there, and only tells the late from the lost. */
const BACK_WITHIN_MS = sized({ short: 20_000, whole: 10_000 });
const HOUR_MS = 3_600_000;

let stack: Stack;
let queues: Queues;
let quizzes: QuizView[];
let learners: string[];

beforeAll(async () => {
  stack = await Stack.start({ workers: 2 });
  queues = new Queues(new ScriptRunner(stack.redis));
  const author = await stack.author();
  quizzes = [];
  for (let index = 0; index < 10; index += 1) quizzes.push(await publishQuiz(author, trueFalse(10)));
  learners = Array.from({ length: LEARNERS }, newId);
  await stack.sql(
    `INSERT INTO users (id, email, username, username_key, display_name, password_hash)
     SELECT id, id || '@example.org', 'u' || n, 'u' || n, 'u' || n, 'none' FROM unnest($1::uuid[]) WITH ORDINALITY AS one (id, n)`,
    [learners],
  );
}, HOUR_MS);
afterAll(async () => await stack.stop());

/** Submissions as the API commits and enqueues them. */
async function submit(count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_none, n) => {
    const quiz = quizzes[n % quizzes.length] as QuizView;
    return {
      id: newId(),
      userId: learners[n % LEARNERS],
      quiz,
      answers: answersTo(quiz, (n * 7) % 11).answers,
    };
  });
  await stack.sql(
    `INSERT INTO submissions (id, user_id, quiz_id, quiz_version, answers, max_score)
     SELECT id, user_id, quiz_id, 1, answers::jsonb, 10
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) AS one (id, user_id, quiz_id, answers)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ userId }) => userId),
      rows.map(({ quiz }) => quiz.id),
      rows.map(({ answers }) => JSON.stringify(answers)),
    ],
  );
  await queues.enqueue(
    QUEUE,
    rows.map(({ id }) => ({ id, data: {} })),
  );
}

/** What each worker has in its hand. */
async function inHand(): Promise<[list: string, id: string][]> {
  const lists = await stack.redis.keys(keys.queue.active(QUEUE, '*'));
  const held = await Promise.all(lists.map(async (list) => await stack.redis.lrange(list, 0, -1)));
  return lists.flatMap((list, at) => (held[at] ?? []).map((id): [string, string] => [list, id]));
}

const leases = async () => await stack.redis.zrange(keys.queue.workers(QUEUE), '0', '-1', 'WITHSCORES');

/** Of these, what is in the hand of a worker that is dead: its lease is not renewed. */
async function ofTheDead(held: [string, string][]): Promise<[string, string][]> {
  const before = await leases();
  await sleep(2_000);
  const after = await leases();
  const dead = before.filter((id, at) => at % 2 === 0 && after[after.indexOf(id) + 1] === before[at + 1]);
  return held.filter(([list]) => dead.some((id) => list.endsWith(id)));
}

/** How long it takes until none of what the dead held is where it was: done, or back in the queue. */
async function returned(held: [string, string][]): Promise<number> {
  const startedAt = performance.now();
  const left = new Set((await ofTheDead(held)).map(String));
  await waitUntil(
    'all are out of the hands they were in',
    async () => {
      const now = new Set((await inHand()).map(String));
      for (const one of left) if (!now.has(one)) left.delete(one);
      return left.size === 0;
    },
    2 * BACK_WITHIN_MS,
  );
  return performance.now() - startedAt;
}

/** Workers that renewed their lease of 8 s in the last second and a half. */
async function freshLeases(): Promise<number> {
  const [seconds] = await stack.redis.time();
  return await stack.redis.zcount(keys.queue.workers(QUEUE), Number(seconds) * 1_000 + 6_500, '+inf');
}

const live = (): AppProcess[] => stack.workers.filter(({ running }) => running);

/** Every submission has one ledger line, and all that counts points agrees. */
async function expectOnce(count: number): Promise<void> {
  const [row] = await stack.sql(`
    SELECT (SELECT count(*)::int FROM submissions WHERE status = 'scored') AS scored,
           (SELECT count(*)::int FROM ledger) AS ledger,
           (SELECT count(DISTINCT submission_id)::int FROM ledger) AS submissions`);
  expect(row).toEqual({ scored: count, ledger: count, submissions: count });
  await waitUntil(
    'ledger = user = profile = board',
    async () => disagreeing(await accounts(stack)).length === 0,
    30_000,
  );
}

describe('workers', () => {
  it(
    `that are killed ${KILLS} times over ${JOBS} jobs lose none, and none has a second effect`,
    async () => {
      const waits: Promise<number>[] = [];
      let held = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        await waitUntil('one will be left', async () => (await freshLeases()) > 1, 60_000);
        await submit(JOBS / KILLS);
        await waitUntil('one is at work', async () => (await inHand()).length > 0);
        await sleep(Math.random() * 40);
        await live()[Math.floor(Math.random() * live().length)]?.kill('SIGKILL');
        const now = await inHand();
        held += now.length;
        waits.push(returned(now));
        stack.startWorker();
      }
      const longestMs = Math.max(...(await Promise.all(waits)));
      await untilScored(stack, HOUR_MS);
      await expectOnce(JOBS);
      expect(longestMs).toBeLessThan(BACK_WITHIN_MS);
      console.info(
        `${KILLS} kills, ${held} jobs in hands at those moments, back within ${(longestMs / 1000).toFixed(1)} s`,
      );
    },
    HOUR_MS,
  );

  it(
    'that are frozen past their lease do nothing to what is no longer theirs',
    async () => {
      const before = JOBS;
      let frozen: AppProcess | undefined;
      let count = 0;
      // One that holds jobs at the moment when it freezes.
      for (let held: [string, string][] = []; held.length === 0; count += 500) {
        await submit(500);
        await waitUntil('one is at work', async () => (await inHand()).length > 0);
        frozen = live()[0];
        await frozen?.kill('SIGSTOP');
        await untilOnlyTheFrozen();
        held = await inHand();
        if (held.length === 0) await frozen?.kill('SIGCONT');
      }
      await untilScored(stack, 60_000);
      await frozen?.kill('SIGCONT');
      await submit(200);
      await untilScored(stack, 60_000);
      await expectOnce(before + count + 200);
      expect(frozen?.running).toBe(true);
    },
    HOUR_MS,
  );

  /** The others have done what they can: what is in a hand now is in the frozen one. */
  async function untilOnlyTheFrozen(): Promise<void> {
    await waitUntil(
      'nothing waits',
      async () => (await stack.redis.llen(keys.queue.waiting(QUEUE))) === 0,
      30_000,
    );
    let seen = '';
    await waitUntil('no hand changes', async () => {
      const now = JSON.stringify(await inHand());
      const isSame = now === seen;
      seen = now;
      await sleep(300);
      return isSame;
    });
  }
});
