import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer, ApiClient } from '../support/api-client.js';
import { expectProblem, rowCounts } from '../support/problems.js';
import { publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { SAMPLE, SAMPLES } from '../support/sample-questions.js';
import { Stack } from '../support/stack.js';

const invalid = { status: 400, code: 'validation_failed' };
let stack: Stack;
let admin: ApiClient;
let learner: ApiClient;
let quiz: QuizView;
let twin: QuizView;
let before: Record<string, number>;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 0, env: { LIMIT_SUBMISSION: '10000/60' } });
  admin = await stack.admin();
  learner = await stack.client().signUp();
  [quiz, twin] = [await publishQuiz(admin, SAMPLES), await publishQuiz(admin, SAMPLES)];
});
afterAll(async () => await stack.stop());
beforeEach(async () => void (before = await rowCounts(stack)));
afterEach(async () => expect(await rowCounts(stack)).toEqual(before));

const withOptions = (type: 'single_choice' | 'multiple_choice', ...credits: unknown[]) => ({
  ...{ type, prompt: 'Which?' },
  options: credits.map((credit, index) => ({ text: `Option ${index}`, credit })),
});

describe('a key that cannot be, on creating and on replacing a quiz:', () => {
  it.each<[string, object[], string]>([
    ['0 right options of one', [withOptions('single_choice', 0, 0)], 'questions.0.options'],
    ['0 right options of some', [withOptions('multiple_choice', 0, 0, 0)], 'questions.0.options'],
    ['a negative sum of credits', [withOptions('multiple_choice', -0.5, -0.5)], 'questions.0.options'],
    ['a sum of credits below 1', [withOptions('multiple_choice', 0.5, -1)], 'questions.0.options'],
    ['a sum of credits above 1', [withOptions('multiple_choice', 1, 1)], 'questions.0.options'],
    ['credit below −1', [withOptions('single_choice', 1, -1.5)], 'questions.0.options.1.credit'],
    ['a credit in words', [withOptions('single_choice', 1, '0')], 'questions.0.options.1.credit'],
    ['one option', [withOptions('single_choice', 1)], 'questions.0.options'],
    ['51 options', [withOptions('single_choice', ...Array<number>(51).fill(1))], 'questions.0.options'],
    ['no truth', [{ type: 'true_false', prompt: 'So?' }], 'questions.0.correct'],
    ['no accepted text', [{ ...SAMPLE.short, accepted: [] }], 'questions.0.accepted'],
    ['no accepted number', [{ ...SAMPLE.numeric, accepted: [{}] }], 'questions.0.accepted.0.value'],
    ['one pair', [{ ...SAMPLE.matching, pairs: SAMPLE.matching.pairs.slice(2) }], 'questions.0.pairs'],
    ['one item', [{ ...SAMPLE.ordering, items: ['only'] }], 'questions.0.items'],
    ['an id of its own', [{ ...SAMPLE.trueFalse, id: randomUUID() }], 'questions.0.id'],
    ['501 questions', trueFalse(501), 'questions'],
    ['10,001 questions', trueFalse(10_001), 'questions'],
  ])('%s', async (_what, questions, path) => {
    const content = { title: 'A quiz', questions };
    for (const answer of [
      await admin.post('/quizzes', content),
      await admin.send('PUT', `/quizzes/${quiz.id}`, content),
    ])
      expectProblem(answer, { ...invalid, paths: [path] });
  });

  it('but wrong options may cost more than the right ones earn: nobody falls below 0', async () => {
    const created = await admin.post<QuizView>('/quizzes', {
      ...{ title: 'Strict', questions: [withOptions('multiple_choice', 1, -1, -1)] },
    });
    expect(created.status).toBe(201);
    before = await rowCounts(stack);
  });
});

describe('answers with what is another quiz’s:', () => {
  const idOf = (type: string, of: QuizView) => of.questions.find((one) => one.type === type)?.id ?? '';
  const optionsOf = (type: string, of: QuizView) =>
    of.questions.find((one) => one.type === type)?.options?.map(({ id }) => id) ?? [];
  const submit = async (questionId: string, response: unknown): Promise<Answer> =>
    await learner.post(`/quizzes/${quiz.id}/submissions`, { answers: [{ questionId, response }] });

  it('options', async () => {
    const [single] = optionsOf('single_choice', twin);
    expectProblem(await submit(idOf('single_choice', quiz), single), {
      ...{ ...invalid, paths: ['answers.0.response'] },
    });
    const mixed = [optionsOf('multiple_choice', quiz)[0], optionsOf('multiple_choice', twin)[0]];
    expectProblem(await submit(idOf('multiple_choice', quiz), mixed), {
      ...{ ...invalid, paths: ['answers.0.response'] },
    });
  });

  it('questions', async () => {
    expectProblem(await submit(idOf('true_false', twin), true), {
      ...{ ...invalid, paths: ['answers.0.questionId'] },
    });
  });
});

describe('what a quiz route is asked for:', () => {
  it.each<[string, string, string]>([
    ['a search of 101 characters', `q=${'x'.repeat(101)}`, 'q'],
    ['two searches', 'q=a&q=b', 'q'],
    ['a tag of 41 characters', `tag=${'x'.repeat(41)}`, 'tag'],
    ['a status that is none', 'mine=true&status=open', 'status'],
    ['mine in other words', 'mine=perhaps', 'mine'],
    ['a page of 101', 'limit=101', 'limit'],
    ['a parameter that is none', 'sort=title', 'sort'],
  ])('%s', async (_what, query, path) => {
    expectProblem(await learner.get(`/quizzes?${query}`), { ...invalid, paths: [path] });
  });

  it('an id that is none, on every route', async () => {
    for (const answer of [
      await admin.get('/quizzes/1'),
      await admin.get('/quizzes/1/key'),
      await admin.send('PUT', '/quizzes/1', { title: 'A quiz', questions: trueFalse(1) }),
      await admin.post('/quizzes/1/publish'),
      await admin.send('DELETE', '/quizzes/1'),
      await admin.post('/quizzes/1/attempts'),
      await admin.post('/quizzes/1/submissions', { answers: [] }),
    ])
      expectProblem(answer, { ...invalid, paths: ['id'] });
  });
});
