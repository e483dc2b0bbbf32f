import type { ApiClient } from './api-client.js';
import { answersTo, type QuizView } from './quizzes.js';
import type { Stack } from './stack.js';

/** Learners signed up at all API processes in turn. */
export async function signUpMany(stack: Stack, count: number): Promise<ApiClient[]> {
  const learners: ApiClient[] = [];
  for (let at = 0; at < count; at += 10) {
    const batch = Array.from(
      { length: Math.min(10, count - at) },
      async (_, index) => await stack.client((at + index) % stack.apis.length).signUp(),
    );
    learners.push(...(await Promise.all(batch)));
  }
  return learners;
}

/**
 * Sends many submissions, some in flight at once, until each has been accepted; a refusal or a lost answer is sent
 * again under the same key, as a careful client does.
 * @returns how many distinct submissions were accepted
 */
export async function storm(options: {
  stack: Stack;
  learners: ApiClient[];
  quizzes: QuizView[];
  count: number;
  inFlight?: number;
  accepted?: (done: number) => void;
}): Promise<number> {
  const { stack, learners, quizzes, count } = options;
  const ids = new Set<string>();
  let next = 0;
  const sendOne = async (index: number): Promise<void> => {
    const learner = learners[index % learners.length];
    const quiz = quizzes[index % quizzes.length];
    if (!learner || !quiz) throw new Error('A storm needs learners and quizzes');
    const right = (index * 7) % (quiz.questions.length + 1);
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const answer = await learner
        .at(stack.url((index + attempt) % stack.apis.length))
        .post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right), {
          'idempotency-key': `storm-${index}`,
        })
        .catch(() => undefined);
      if (answer?.status === 202) {
        ids.add(String(answer.body['id']));
        options.accepted?.(ids.size);
        return;
      }
      if (answer && answer.status < 500 && answer.status !== 429) {
        throw new Error(`Submission ${index}: ${answer.status} ${JSON.stringify(answer.body)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`Submission ${index} was never accepted`);
  };
  const sender = async () => {
    while (next < count) await sendOne(next++);
  };
  await Promise.all(Array.from({ length: options.inFlight ?? 20 }, sender));
  return ids.size;
}
