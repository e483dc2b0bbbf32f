import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sized } from '../support/drill.js';
import { accounts, disagreeing, untilScored } from '../support/sums.js';
import { publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { signUpMany, storm } from '../support/storm.js';
import { waitUntil } from '../support/wait-until.js';

const COUNT = sized({ short: 300, whole: 1_000 });
let stack: Stack;
let quizzes: QuizView[];

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 2, env: { LIMIT_SUBMISSION: '100000/60' } });
  const admin = await stack.admin();
  quizzes = [];
  for (let index = 0; index < 5; index += 1) quizzes.push(await publishQuiz(admin, trueFalse(10)));
});
afterAll(async () => await stack.stop());

describe('a worker that is killed', () => {
  it(`in the middle of ${COUNT} submissions costs nothing: every one is scored once, and all sums agree`, async () => {
    const learners = await signUpMany(stack, 40);
    let killed = false;
    const accepted = await storm({
      stack,
      learners,
      quizzes,
      count: COUNT,
      accepted: (done) => {
        if (killed || done < COUNT / 3) return;
        killed = true;
        void Promise.all(stack.workers.map(async (worker) => await worker.kill('SIGKILL'))).then(() =>
          stack.startWorker(),
        );
      },
    });
    expect(accepted).toBe(COUNT);
    await untilScored(stack);
    const [row] = await stack.sql<{ scored: number; ledger: number }>(`
      SELECT (SELECT count(*)::int FROM submissions WHERE status = 'scored') AS scored,
             (SELECT count(*)::int FROM ledger) AS ledger`);
    expect(row).toEqual({ scored: COUNT, ledger: COUNT });
    await waitUntil(
      'ledger = user = profile = board',
      async () => disagreeing(await accounts(stack)).length === 0,
      20_000,
    );
    expect(await accounts(stack)).toHaveLength(40);
    expect(await stack.unknownKeys()).toEqual([]);
  });

  it('leaves no deadlock between inserting API processes and scoring workers', async () => {
    stack.startWorker();
    const before = await deadlocks();
    const learners = await signUpMany(stack, 10);
    await storm({ stack, learners, quizzes, count: COUNT / 2, inFlight: 50 });
    await untilScored(stack);
    expect(await deadlocks()).toBe(before);
  });
});

async function deadlocks(): Promise<number> {
  const [row] = await stack.sql<{ deadlocks: number }>(
    'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
  );
  return row?.deadlocks ?? -1;
}
