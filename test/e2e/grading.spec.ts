import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { publishQuiz, type QuizView, type SubmissionView } from '../support/quizzes.js';
import { SAMPLE, SAMPLES } from '../support/sample-questions.js';
import { Stack } from '../support/stack.js';
import { untilScored } from '../support/sums.js';

interface Item {
  id: string;
  text: string;
}
type Question = QuizView['questions'][number] & { left?: Item[]; right?: Item[]; items?: Item[] };
/** Makes a response of the texts that a learner sees. */
type Respond = (question: Question) => unknown;

const idOf = (items: Item[] | undefined, text: string) =>
  items?.find((item) => item.text === text)?.id ?? `no ${text}`;
const choose =
  (text: string): Respond =>
  ({ options }) =>
    idOf(options, text);
const chooseAll =
  (...texts: string[]): Respond =>
  ({ options }) =>
    texts.map((text) => idOf(options, text));
const say =
  (response: unknown): Respond =>
  () =>
    response;
const match =
  (pairs: Record<string, string>): Respond =>
  ({ left, right }) =>
    Object.fromEntries(Object.entries(pairs).map(([a, b]) => [idOf(left, a), idOf(right, b)]));
const order =
  (...texts: string[]): Respond =>
  ({ items }) =>
    texts.map((text) => idOf(items, text));

let stack: Stack;
let quiz: QuizView;
let questions: Question[];
let learner: ApiClient;

beforeAll(async () => {
  stack = await Stack.start({ apis: 1, workers: 1, env: { LIMIT_SUBMISSION: '1000/60' } });
  quiz = await publishQuiz(await stack.admin(), SAMPLES);
  questions = quiz.questions;
  learner = await stack.client().signUp();
});
afterAll(async () => await stack.stop());

describe('a quiz of all seven types, as a learner sees it', () => {
  it('has every question and choice, and nothing of the key anywhere', async () => {
    const { body, text } = await learner.get<QuizView>(`/quizzes/${quiz.id}`);
    expect(body.questions.map((question) => question.type)).toEqual(SAMPLES.map((question) => question.type));
    const names = new Set<string>();
    JSON.parse(text, (name) => void names.add(name));
    for (const secret of [
      ...['credit', 'correct', 'feedback', 'accepted', 'tolerance', 'explanation', 'pairs', 'distractors'],
      ...['caseSensitive', 'wrong', 'key', 'rightId', 'leftId', 'value', 'min', 'max'],
    ])
      expect(names).not.toContain(secret);
    for (const secret of ['Indeed', 'A list', 'Partly', 'EXPIRE', '16384', SAMPLE.trueFalse.explanation])
      expect(text).not.toContain(secret);
    const matching = questions.find((question) => question.type === 'matching');
    expect(matching?.left?.map((item) => item.text).sort()).toEqual(['LPUSH', 'RPUSH', 'ZADD']);
    expect(matching?.right?.map((item) => item.text).sort()).toEqual(['Hash', 'List', 'Sorted Set']);
  });

  it('shuffles matching and ordering anew', async () => {
    const orders = new Set<string>();
    for (let reads = 0; reads < 40 && orders.size < 4; reads += 1) {
      const { body } = await learner.get<{ questions: Question[] }>(`/quizzes/${quiz.id}`);
      orders.add(JSON.stringify(body.questions.flatMap(({ items = [] }) => items.map((item) => item.text))));
    }
    expect(orders.size).toBeGreaterThanOrEqual(4);
  });
});

describe('grading, through the front door', () => {
  const graded = async (responses: Record<string, Respond>): Promise<SubmissionView> => {
    const answers = questions.flatMap((question) => {
      const respond = responses[question.type];
      return respond ? [{ questionId: question.id, response: respond(question) }] : [];
    });
    const accepted = await learner.post<SubmissionView>(`/quizzes/${quiz.id}/submissions`, { answers });
    expect([accepted.status, accepted.body]).toEqual([202, expect.objectContaining({ status: 'queued' })]);
    await untilScored(stack);
    return (await learner.get<SubmissionView>(`/submissions/${accepted.body.id}`)).body;
  };

  it.each<[string, Respond, { credit: number; points: number; feedback?: string }]>([
    ['single_choice', choose('ZADD'), { credit: 1, points: 4, feedback: 'Yes' }],
    ['single_choice', choose('ZINCRBY'), { credit: 0.5, points: 2, feedback: 'Partly' }],
    ['single_choice', choose('SADD'), { credit: 0, points: 0, feedback: 'No' }],
    ['multiple_choice', chooseAll('List', 'Hash', 'Set'), { credit: 1, points: 10 }],
    ['multiple_choice', chooseAll('Set', 'List'), { credit: 0.666667, points: 7 }],
    ['multiple_choice', chooseAll('Table'), { credit: 0, points: 0 }],
    ['multiple_choice', chooseAll(), { credit: 0, points: 0 }],
    ['true_false', say(true), { credit: 1, points: 1 }],
    ['true_false', say(false), { credit: 0, points: 0 }],
    ['short_text', say('  expire '), { credit: 1, points: 2, feedback: 'Right' }],
    ['short_text', say('PEXPIRE'), { credit: 0.5, points: 1 }],
    ['short_text', say('nothing'), { credit: 0, points: 0 }],
    ['numeric', say(16384), { credit: 1, points: 3, feedback: 'Exactly' }],
    ['numeric', say(16383), { credit: 0.5, points: 2, feedback: 'Nearly' }],
    ['numeric', say(-0.5), { credit: 0, points: 0 }],
    ['matching', match({ ZADD: 'Sorted Set', LPUSH: 'List', RPUSH: 'List' }), { credit: 1, points: 3 }],
    ['matching', match({ ZADD: 'Hash', LPUSH: 'List', RPUSH: 'List' }), { credit: 0.666667, points: 2 }],
    ['matching', match({ ZADD: 'Sorted Set' }), { credit: 0.333333, points: 1 }],
    ['ordering', order('WATCH', 'MULTI', 'EXEC'), { credit: 1, points: 3 }],
    ['ordering', order('WATCH', 'EXEC', 'MULTI'), { credit: 0.333333, points: 1 }],
  ])('%s (%#)', async (type, respond, expected) => {
    const submission = await graded({ [type]: respond });
    expect(submission).toMatchObject({ status: 'scored', score: expected.points, maxScore: quiz.maxScore });
    const outcome = submission.breakdown.find((one) => {
      return quiz.questions.find((question) => question.id === one.questionId)?.type === type;
    });
    expect(outcome).toMatchObject(expected);
    expect(submission.breakdown).toHaveLength(SAMPLES.length);
  });

  it('adds up', async () => {
    const submission = await graded({
      single_choice: choose('ZADD'),
      multiple_choice: chooseAll('List', 'Hash', 'Set'),
      true_false: say(true),
      short_text: say('EXPIRE'),
      numeric: say(16384),
      matching: match({ ZADD: 'Sorted Set', LPUSH: 'List', RPUSH: 'List' }),
      ordering: order('WATCH', 'MULTI', 'EXEC'),
    });
    expect(submission).toMatchObject({ score: 26, maxScore: 26 });
    expect(submission.breakdown.map((one) => one.points)).toEqual([4, 10, 1, 2, 3, 3, 3]);
  });
});
