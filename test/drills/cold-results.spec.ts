import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from '../support/api-client.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { ReadProbe } from '../support/read-probe.js';
import { Stack } from '../support/stack.js';
import { signUpMany } from '../support/storm.js';
import { untilScored } from '../support/sums.js';

const READERS = 500;
const ROUNDS = 10;

let stack: Stack;
let learners: ApiClient[];
let quiz: QuizView;

beforeAll(async () => {
  stack = await Stack.start({ apis: 2, workers: 1 });
  quiz = await publishQuiz(await stack.author(), trueFalse(5));
  learners = await signUpMany(stack, 20);
  for (const learner of learners) await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz));
  await untilScored(stack);
});
afterAll(async () => await stack.stop());

/** All at once, over both processes. */
const readAll = async () =>
  await Promise.all(
    Array.from({ length: READERS }, async (_, index) => {
      const learner = learners[index % learners.length]?.at(stack.url(index % 2));
      return await learner?.get<{ generatedAt: string }>(`/quizzes/${quiz.id}/results`);
    }),
  );

describe('500 readers of results that nobody has read', () => {
  it('cost PostgreSQL one query', async () => {
    // The worker, too, reads versions of quizzes, as often as a job is delivered.
    await Promise.all(stack.workers.map(async (worker) => await worker.kill()));
    await readAll();
    const probe = await ReadProbe.on(stack, 'quiz_versions');
    for (let round = 1; round <= ROUNDS; round += 1) {
      await stack.redis.del(keys.cache.value(`results:${quiz.id}`));
      const answers = await readAll();
      expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([200]));
      expect(new Set(answers.map((answer) => answer?.body.generatedAt)).size).toBe(1);
      expect(await probe.reads()).toBe(round);
    }
    await probe.remove();
  });
});
