import type { ApiClient } from './api-client.js';
import { answersTo, type QuizView, type SubmissionView } from './quizzes.js';
import type { Stack } from './stack.js';
import { waitUntil } from './wait-until.js';

export interface AttemptView {
  id: string;
  quizId: string;
  quizVersion: number;
  startedAt: string;
  deadline: string | null;
  questions: QuizView['questions'];
}

/** What a learner does with attempts; the learner of the spec unless another client is given. */
export function attemptsOf(spec: () => { stack: Stack; learner: ApiClient }) {
  const begin = async (quiz: QuizView, client = spec().learner) =>
    await client.post<AttemptView>(`/quizzes/${quiz.id}/attempts`);
  const handIn = async (quiz: QuizView, more: object, client = spec().learner, headers = {}) =>
    await client.post<SubmissionView>(
      `/quizzes/${quiz.id}/submissions`,
      { ...answersTo(quiz), ...more },
      headers,
    );
  const begun = async (quiz: QuizView, client = spec().learner) => (await begin(quiz, client)).body;
  /** Moves an attempt's deadline to so many seconds ago. */
  const endSecondsAgo = async (attempt: AttemptView, seconds: number) =>
    await spec().stack.sql(`UPDATE attempts SET deadline = now() - make_interval(secs => $2) WHERE id = $1`, [
      attempt.id,
      seconds,
    ]);
  return { begin, begun, handIn, endSecondsAgo };
}

/** Holds a lock until so many wait for it, changes something perhaps, and lets go: they meet as closely as can be. */
export async function whileLocked<T>(
  stack: Stack,
  lock: string,
  waiters: number,
  work: () => Promise<T>,
  change?: string,
): Promise<T> {
  const blocker = await stack.database.connect();
  try {
    await blocker.query('BEGIN');
    await blocker.query(lock);
    const result = work();
    await waitUntil(`${waiters} wait for the lock`, async () => {
      const waiting = await stack.sql(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length >= waiters;
    });
    if (change !== undefined) await blocker.query(change);
    await blocker.query('COMMIT');
    return await result;
  } finally {
    blocker.release();
  }
}
