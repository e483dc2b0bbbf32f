import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../support/api-client.js';
import { expectProblem, rowCounts } from '../support/problems.js';
import { answersTo, publishQuiz, trueFalse, type QuizView } from '../support/quizzes.js';
import { SAMPLE, SAMPLES } from '../support/sample-questions.js';
import { Stack } from '../support/stack.js';

const MEGABYTE = 1024 * 1024;
const invalid = { status: 400, code: 'validation_failed' };
let stack: Stack;
let admin: ApiClient;
let learner: ApiClient;
let quiz: QuizView;
let before: Record<string, number>;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 0, env: { LIMIT_SUBMISSION: '10000/60' } });
  admin = await stack.admin();
  learner = await stack.client().signUp();
  quiz = await publishQuiz(admin, SAMPLES);
});
afterAll(async () => await stack.stop());
beforeEach(async () => void (before = await rowCounts(stack)));
afterEach(async () => expect(await rowCounts(stack)).toEqual(before));

describe('answers that cannot be graded store nothing:', () => {
  const submit = async (body: unknown, id = quiz.id) =>
    await learner.post(`/quizzes/${id}/submissions`, body);
  const idOf = (type: string) => quiz.questions.find((question) => question.type === type)?.id ?? '';
  const optionOf = (type: string) =>
    quiz.questions.find((question) => question.type === type)?.options?.[0]?.id ?? '';
  const ids = [randomUUID(), randomUUID()];

  it.each<[string, unknown[]]>([
    ['single_choice', [true, 1, null, [], {}, '', 'ZADD', ids[0], ids]],
    ['multiple_choice', [true, 1, null, {}, '', ids[0], ids, [1], [null], [[]], ['List']]],
    ['true_false', ['true', 1, 0, null, [], {}, '']],
    ['short_text', [true, 1, null, [], {}, 'x'.repeat(1_001), 'nul\0', 'lone\ud800']],
    ['numeric', ['16384', true, null, [], {}, '']],
    ['matching', [true, 1, null, [], '', ids, { [ids[0] ?? '']: ids[1] }, { left: 'right' }, { a: 1 }]],
    ['ordering', [true, 1, null, {}, '', ids[0], ids, ['WATCH', 'MULTI', 'EXEC'], [1, 2, 3]]],
  ])('a response of another shape: %s', async (type, responses) => {
    for (const response of responses) {
      const answer = await submit({ answers: [{ questionId: idOf(type), response }] });
      const path = (answer.body['errors'] as { path: string }[] | undefined)?.[0]?.path;
      expect(`${JSON.stringify(response)}: ${String(answer.status)} ${String(path)}`).toMatch(
        /: 400 answers\.0\.response/,
      );
      expectProblem(answer, invalid);
    }
  });

  it('numbers beyond any', async () => {
    for (const number of ['1e400', '-1e400', 'NaN']) {
      const body = `{"answers":[{"questionId":"${idOf('numeric')}","response":${number}}]}`;
      const answer = await learner.post(`/quizzes/${quiz.id}/submissions`, body, {
        'content-type': 'application/json',
      });
      expectProblem(answer, { status: 400, code: number === 'NaN' ? 'malformed_json' : 'validation_failed' });
    }
  });

  it('one option chosen twice, an option of another question', async () => {
    const chosen = optionOf('multiple_choice');
    for (const [type, response] of [
      ['multiple_choice', [chosen, chosen]],
      ['multiple_choice', [optionOf('single_choice')]],
      ['single_choice', chosen],
    ] as const) {
      const answer = await submit({ answers: [{ questionId: idOf(type), response }] });
      expect(answer.body['errors']).toEqual([
        { path: expect.stringMatching(/^answers\.0\.response/), message: expect.any(String) },
      ]);
      expectProblem(answer, invalid);
    }
  });

  it('a question that is none of the quiz, or that comes twice', async () => {
    const right = { questionId: idOf('true_false'), response: true };
    const unknown = await submit({ answers: [right, { questionId: randomUUID(), response: true }] });
    expectProblem(unknown, { ...invalid, paths: ['answers.1.questionId'] });
    expectProblem(await submit({ answers: [right, right] }), { ...invalid, paths: ['answers.1.questionId'] });
  });

  it.each<[string, unknown, string[]]>([
    ['no answers', {}, ['answers']],
    ['answers that are no list', { answers: {} }, ['answers']],
    ['an answer that is no object', { answers: [true] }, ['answers.0']],
    ['an answer without question', { answers: [{ response: true }] }, ['answers.0.questionId']],
    ['an answer without response', { answers: [{ questionId: ids[0] }] }, ['answers.0.response']],
    ['a question that is no UUID', { answers: [{ questionId: '1', response: 1 }] }, ['answers.0.questionId']],
    [
      '501 answers',
      { answers: Array.from({ length: 501 }, () => ({ questionId: ids[0], response: 1 })) },
      ['answers'],
    ],
    ['a field too many', { answers: [], score: 100 }, ['score']],
    [
      'a nested field too many',
      { answers: [{ questionId: ids[0], response: 1, credit: 1 }] },
      ['answers.0.credit'],
    ],
    ['a version that never was', { answers: [], quizVersion: 2 }, ['quizVersion']],
    ['a version of nothing', { answers: [], quizVersion: 0 }, ['quizVersion']],
    ['a version beyond any', { answers: [], quizVersion: 2 ** 53 }, ['quizVersion']],
    ['a version in words', { answers: [], quizVersion: 'one' }, ['quizVersion']],
  ])('%s', async (_what, body, paths) => {
    expectProblem(await submit(body), { ...invalid, paths });
  });

  it('over 64 KB', async () => {
    const answer = await submit({
      answers: [{ questionId: idOf('short_text'), response: 'x'.repeat(65_536) }],
    });
    expectProblem(answer, { status: 413, code: 'payload_too_large' });
  });

  it('to a quiz that is not there', async () => {
    expectProblem(await submit({ answers: [] }, randomUUID()), { status: 404, code: 'not_found' });
    expectProblem(await submit({ answers: [] }, '1'), { ...invalid, paths: ['id'] });
  });

  it('to a draft or an archived quiz', async () => {
    const draft = await admin.post<QuizView>('/quizzes', { title: 'A draft', questions: trueFalse(1) });
    const archived = await publishQuiz(admin, trueFalse(1));
    await admin.send('DELETE', `/quizzes/${archived.id}`);
    before = await rowCounts(stack);
    for (const id of [draft.body.id, archived.id])
      expectProblem(await submit(answersTo(archived), id), { status: 409, code: 'quiz_not_open' });
  });
});

describe('a quiz that cannot be stores nothing:', () => {
  const create = async (changes: object) =>
    await admin.post('/quizzes', { title: 'A quiz', questions: trueFalse(1), ...changes });

  it.each<[string, object, string[]]>([
    ['no title', { title: undefined }, ['title']],
    ['a blank title', { title: '  ' }, ['title']],
    ['a title of 201', { title: 'x'.repeat(201) }, ['title']],
    ['NUL in the title', { title: 'a\0b' }, ['title']],
    ['no questions', { questions: [] }, ['questions']],
    ['501 questions', { questions: trueFalse(501) }, ['questions']],
    ['tags that are none', { tags: [1, ''] }, ['tags']],
    ['no attempts', { attemptsAllowed: 0 }, ['attemptsAllowed']],
    ['attempts beyond any', { attemptsAllowed: 2 ** 31 }, ['attemptsAllowed']],
    ['a field too many', { status: 'published' }, ['status']],
    ['an author of its own', { authorId: randomUUID() }, ['authorId']],
    ['an unknown type', { questions: [{ type: 'essay', prompt: 'Why?' }] }, ['questions.0.type']],
    ['a nested field too many', { questions: [{ ...SAMPLE.trueFalse, secret: 1 }] }, ['questions.0.secret']],
    [
      'an option that is no object',
      { questions: [SAMPLE.trueFalse, { ...SAMPLE.single, options: ['a', 'b'] }] },
      ['questions.1.options.0'],
    ],
    [
      'a field too many in an option',
      {
        questions: [
          {
            ...SAMPLE.single,
            options: [
              { text: 'a', credit: 1, right: true },
              { text: 'b', credit: 0 },
            ],
          },
        ],
      },
      ['questions.0.options.0.right'],
    ],
    [
      'credit beyond 1',
      {
        questions: [
          {
            ...SAMPLE.single,
            options: [
              { text: 'a', credit: 2 },
              { text: 'b', credit: 1 },
            ],
          },
        ],
      },
      ['questions.0.options.0.credit'],
    ],
    ['101 points', { questions: trueFalse(1, 101) }, ['questions.0.points']],
    ['half a point', { questions: trueFalse(1, 0.5) }, ['questions.0.points']],
    ['points beyond any', { questions: trueFalse(1, Number.MAX_VALUE) }, ['questions.0.points']],
    [
      'a lone surrogate in a prompt',
      { questions: [{ ...SAMPLE.trueFalse, prompt: '\udc00' }] },
      ['questions.0.prompt'],
    ],
  ])('%s', async (_what, changes, paths) => {
    expectProblem(await create(changes), { ...invalid, paths });
  });

  it('over 5 MB, while nearly 5 MB is accepted', async () => {
    const ofSize = (bytes: number) => {
      const count = Math.floor(bytes / 10_100);
      return trueFalse(count).map((question) => ({ ...question, explanation: 'x'.repeat(10_000) }));
    };
    const refused = await create({ questions: [...ofSize(4.9 * MEGABYTE), ...ofSize(MEGABYTE)] });
    expectProblem(refused, { status: 413, code: 'payload_too_large' });
    expect(await rowCounts(stack)).toEqual(before);
    const accepted = await create({ questions: ofSize(4.8 * MEGABYTE) });
    expect(accepted.status).toBe(201);
    before = await rowCounts(stack);
  });

  it('a GIFT file that is none, or that comes as JSON', async () => {
    for (const [text, headers] of [
      ['  ', undefined],
      ['::a::b\0 {T}', undefined],
    ] as const)
      expectProblem(await admin.post('/quizzes/import', text, headers), invalid);
    const json = await admin.post('/quizzes/import', { gift: '::a::b {T}' });
    expectProblem(json, { status: 415, code: 'unsupported_media_type' });
    for (const query of ['quizSize=0', 'quizSize=101', 'dryRun=maybe', 'x=1'])
      expectProblem(await admin.post(`/quizzes/import?${query}`, '::a::b {T}'), invalid);
  });
});
