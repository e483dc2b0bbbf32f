import type { ApiClient } from './api-client.js';

export interface QuizView {
  id: string;
  version: number;
  maxScore: number;
  questions: { id: string; type: string; points: number; options?: { id: string; text: string }[] }[];
}

export interface SubmissionView {
  id: string;
  status: 'queued' | 'scored' | 'failed';
  score: number | null;
  maxScore: number;
  scoreAwarded: number | null;
  breakdown: { questionId: string; credit: number; points: number; feedback?: string }[];
}

/** True-or-false questions of one point each; the right answer is always true. */
export const trueFalse = (count: number, points = 1) =>
  Array.from({ length: count }, (_, index) => ({
    type: 'true_false',
    prompt: `Statement ${index + 1} is true.`,
    points,
    correct: true,
  }));

/** Creates and publishes a quiz. */
export async function publishQuiz(
  author: ApiClient,
  questions: object[],
  more: object = {},
): Promise<QuizView> {
  const created = await author.post<QuizView>('/quizzes', { title: 'A quiz', questions, ...more });
  if (created.status !== 201) throw new Error(`No quiz: ${JSON.stringify(created.body)}`);
  await author.post(`/quizzes/${created.body.id}/publish`);
  return (await author.get<QuizView>(`/quizzes/${created.body.id}`)).body;
}

/** Answers for a quiz of `trueFalse`, the first `right` of them right. */
export const answersTo = (quiz: QuizView, right = quiz.questions.length) => ({
  answers: quiz.questions.map((question, index) => ({ questionId: question.id, response: index < right })),
});
