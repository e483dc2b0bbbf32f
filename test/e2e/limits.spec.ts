import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { ALGORITHMS } from '../support/limits.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { withTimes } from '../support/times.js';
import { waitUntil } from '../support/wait-until.js';

/** Longer than 200 submissions take on a busy machine. */
const WINDOW_SEC = 8;
const AHEAD = new URL('../support/two-hours-ahead.mjs', import.meta.url).href;
const SPEND = fileURLToPath(new URL('../support/spend-limit.mjs', import.meta.url));
let stack: Stack;
let quiz: QuizView;

beforeAll(async () => {
  // A token is good by either clock.
  const env = { LIMIT_SUBMISSION: `5/${WINDOW_SEC}`, ACCESS_TOKEN_TTL_SEC: '14400' };
  const ahead = { NODE_OPTIONS: `${withTimes().NODE_OPTIONS} --import=${AHEAD}` };
  stack = await Stack.start({ apis: 2, workers: 0, env, ofApi: [{}, ahead] });
  quiz = await publishQuiz(await stack.admin(), trueFalse(3));
});
afterAll(async () => await stack.stop());

describe('five submissions a rolling window', () => {
  it('admits exactly 5 of 200 in parallel over two processes, one with a wrong clock, says when to come back, and rolls', async () => {
    const learner = await stack.client().signUp();
    const path = `/quizzes/${quiz.id}/submissions`;
    const answers = await Promise.all(
      Array.from(
        { length: 200 },
        async (_, index) => await learner.at(stack.url(index % 2)).post(path, answersTo(quiz)),
      ),
    );
    const refused = answers.filter((answer) => answer.status === 429);
    const others = answers.map(({ status }) => status).filter((status) => status !== 429);
    expect(others).toEqual([202, 202, 202, 202, 202]);
    for (const answer of refused) {
      expect(answer.body['code']).toBe('rate_limited');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(WINDOW_SEC);
    }
    const [row] = await stack.sql<{ stored: number }>(
      'SELECT count(*)::int AS stored FROM submissions WHERE user_id = $1',
      [learner.user.userId],
    );
    expect(row?.stored).toBe(5);

    const comesBackAt = Date.now() + Number(refused.at(-1)?.headers.get('retry-after')) * 1_000;
    await waitUntil('Retry-After has passed', () => Date.now() >= comesBackAt);
    expect((await learner.post(path, answersTo(quiz))).status).toBe(202);
  });

  it('gives each learner a window of their own', async () => {
    const [one, two] = await Promise.all([stack.client().signUp(), stack.client(1).signUp()]);
    const path = `/quizzes/${quiz.id}/submissions`;
    for (const learner of [one, two]) {
      const answers = await Promise.all(
        Array.from({ length: 6 }, async () => await learner.post(path, answersTo(quiz))),
      );
      expect(answers.map((answer) => answer.status).sort()).toEqual([202, 202, 202, 202, 202, 429]);
    }
  });
});

describe('a limit', () => {
  it.each(ALGORITHMS)(
    '%s admits exactly 5 of 400 from two processes, one two hours ahead',
    async (algorithm) => {
      const admitted = await Promise.all(
        [[], [`--import=${AHEAD}`]].map(async (flags) => {
          const child = spawn(process.execPath, [...flags, SPEND, stack.redisServer.url, '200', algorithm]);
          return Number(await text(child.stdout));
        }),
      );
      expect(admitted.reduce((all, one) => all + one, 0)).toBe(5);
    },
  );
});

describe('a public route', () => {
  it('counts who signed in as a user, and strangers by their address', async () => {
    const learner = await stack.client().signUp();
    await stack.apis[1]?.kill();
    stack.startApi(1, { LIMIT_ANONYMOUS: '3/60' });
    await stack.untilReady(1);
    const signedIn = learner.at(stack.url(1));
    for (let read = 0; read < 5; read += 1) {
      const { status, headers } = await signedIn.get('/leaderboards/global');
      expect([status, headers.get('ratelimit-policy')]).toEqual([200, '"user";q=100000;w=60']);
    }
    await stack.redis.del('rs:{ip:127.0.0.1}:limit:anonymous');
    const strangers = await Promise.all(
      Array.from({ length: 4 }, async () => await stack.client(1).get('/leaderboards/global')),
    );
    expect(strangers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
  });
});
