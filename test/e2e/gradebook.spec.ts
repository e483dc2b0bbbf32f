import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';

interface Row {
  submissionId: string;
  username: string;
  status: string;
  score: number;
  scoreAwarded: number;
}

let stack: Stack;
let author: ApiClient;
let learner: ApiClient;
let quiz: QuizView;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 1 });
  author = await stack.author();
  learner = await stack.client().signUp();
  quiz = await publishQuiz(author, trueFalse(4));
  for (const right of [1, 4, 2]) {
    await learner.post(`/quizzes/${quiz.id}/submissions`, answersTo(quiz, right));
    await untilScored(stack);
  }
});
afterAll(async () => await stack.stop());

describe('the gradebook', () => {
  it('pages through all submissions, newest first', async () => {
    const path = `/quizzes/${quiz.id}/submissions?limit=2`;
    const first = await author.get<{ data: Row[]; page: { nextCursor: string; hasMore: boolean } }>(path);
    expect(first.status).toBe(200);
    expect(first.body.data).toMatchObject([
      { username: learner.user.username, status: 'scored', score: 2, scoreAwarded: 0 },
      { score: 4, scoreAwarded: 3 },
    ]);
    const rest = await author.get<{ data: Row[]; page: object }>(
      `${path}&cursor=${first.body.page.nextCursor}`,
    );
    expect(rest.body).toMatchObject({ data: [{ score: 1, scoreAwarded: 1 }], page: { hasMore: false } });
  });

  it('comes as a CSV file, too', async () => {
    const answer = await author.get(`/quizzes/${quiz.id}/submissions?format=csv`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    const [header, ...lines] = answer.text.trimEnd().split('\r\n');
    expect(header?.split(',')).toEqual(
      expect.arrayContaining(['submissionId', 'username', 'score', 'scoreAwarded']),
    );
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toContain(learner.user.username);
  });

  it('is for the author and administrators', async () => {
    const path = `/quizzes/${quiz.id}/submissions`;
    expectProblem(await learner.get(path), { status: 403, code: 'forbidden' });
    expectProblem(await learner.get(`${path}?format=csv`), { status: 403, code: 'forbidden' });
    expectProblem(await author.get(`${path}?format=xls`), { status: 400, code: 'validation_failed' });
    expect((await (await stack.admin()).get(path)).status).toBe(200);
  });
});
