import type { ApiClient } from './api-client.js';
import { trueFalse } from './quizzes.js';
import { waitUntil } from './wait-until.js';

export interface RegradeView {
  id: string;
  status: 'queued' | 'running' | 'done' | 'failed';
  processed: number;
  total: number;
  changed: number;
}

/** The questions of `trueFalse`, of which these (from 0) are false after all. */
export const withFalse = (count: number, indexes: number[], points = 1) => ({
  questions: trueFalse(count, points).map((question, index) => ({
    ...question,
    correct: !indexes.includes(index),
  })),
});

/** Corrects a key and waits until that is applied. */
export async function regrade(author: ApiClient, quizId: string, body: object): Promise<RegradeView> {
  const answer = await author.post<RegradeView>(`/quizzes/${quizId}/regrade`, body);
  if (answer.status !== 202) throw new Error(`No regrade: ${answer.status} ${answer.text}`);
  return await regraded(author, quizId, answer.body.id);
}

/** Waits for the end of a regrade. */
export async function regraded(
  author: ApiClient,
  quizId: string,
  id: string,
  withinMs?: number,
): Promise<RegradeView> {
  let view: RegradeView | undefined;
  await waitUntil(
    'the regrade is over',
    async () => {
      view = (await author.get<RegradeView>(`/quizzes/${quizId}/regrades/${id}`)).body;
      return ['done', 'failed'].includes(view.status);
    },
    withinMs,
  );
  return view as RegradeView;
}
