import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkAnswers } from './check-answers.js';
import { feedbackOn, grade } from './grader.js';
import { withIds } from './question-ids.js';
import { SAMPLE } from '../../test/support/sample-questions.js';
import type { AuthoredQuestion, StoredQuestion } from './question.types.js';

/** What a learner would send for the options, pairs or items with these texts. */
function respond(question: StoredQuestion, wish: unknown): unknown {
  const idOf = (text: unknown) => optionIds(question).get(text) ?? `no ${String(text)}`;
  switch (question.type) {
    case 'single_choice':
      return idOf(wish);
    case 'multiple_choice':
    case 'ordering':
      return (wish as string[]).map(idOf);
    case 'matching':
      return Object.fromEntries(
        Object.entries(wish as object).map(([left, right]) => [idOf(left), idOf(right)]),
      );
    case 'true_false':
    case 'short_text':
    case 'numeric':
      return wish;
  }
}

function optionIds(question: StoredQuestion): Map<unknown, string> {
  if (question.type === 'single_choice' || question.type === 'multiple_choice') {
    return new Map(question.options.map(({ id, text }) => [text, id]));
  }
  if (question.type === 'ordering') return new Map(question.items.map(({ id, text }) => [text, id]));
  if (question.type !== 'matching') return new Map();
  const sides = question.pairs.flatMap((pair) => [
    [pair.left, pair.leftId] as const,
    [pair.right, pair.rightId] as const,
  ]);
  return new Map([...sides, ...question.distractors.map(({ id, text }) => [text, id] as const)]);
}

function gradeOne(authored: AuthoredQuestion, wish: unknown) {
  const questions = withIds([authored]);
  const answers = questions.map((question) => ({
    questionId: question.id,
    response: respond(question, wish),
  }));
  expect(checkAnswers(questions, answers)).toEqual([]);
  const { score, maxScore, breakdown } = grade(questions, answers);
  expect(maxScore).toBe(authored.points ?? 1);
  expect(breakdown[0]?.points).toBe(score);
  return [breakdown[0]?.credit, score, feedbackOn(questions, answers).get(questions[0]?.id ?? '')];
}

const { single, multiple, trueFalse, short, numeric, matching, ordering } = SAMPLE;

describe('grade', () => {
  it.each<[AuthoredQuestion, unknown, number, number, string?]>([
    [single, 'ZADD', 1, 4, 'Yes'],
    [single, 'ZINCRBY', 0.5, 2, 'Partly'],
    [single, 'SADD', 0, 0, 'No'],
    [multiple, [], 0, 0],
    [multiple, ['Hash', 'Set', 'List'], 1, 10, 'A list\nA hash'],
    [multiple, ['Set'], 0.333333, 3],
    [multiple, ['List', 'Hash'], 0.666667, 7, 'A list\nA hash'],
    [multiple, ['List', 'Hash', 'Set', 'Table'], 0.499995, 5, 'A list\nA hash'],
    [multiple, ['List', 'Table'], 0, 0, 'A list'],
    [trueFalse, true, 1, 1, 'Indeed\n\nRedis runs one command at a time.'],
    [trueFalse, false, 0, 0, 'It is\n\nRedis runs one command at a time.'],
    [short, ' expire ', 1, 2, 'Right'],
    [short, 'pexpire', 0.5, 1],
    [short, 'TEXT', 0.25, 1],
    [short, 'SET', 0, 0],
    [numeric, 16384, 1, 3, 'Exactly'],
    [numeric, 16383, 0.5, 2, 'Nearly'],
    [numeric, 17000, 0.1, 0],
    [numeric, 17000.1, 0, 0],
    [matching, {}, 0, 0],
    [matching, { ZADD: 'Sorted Set', LPUSH: 'List', RPUSH: 'List' }, 1, 3],
    [matching, { ZADD: 'List', LPUSH: 'List', RPUSH: 'Hash' }, 0.333333, 1],
    [ordering, ['WATCH', 'MULTI', 'EXEC'], 1, 3],
    [ordering, ['MULTI', 'WATCH', 'EXEC'], 0.333333, 1],
    [ordering, ['MULTI', 'EXEC', 'WATCH'], 0, 0],
  ])('%# $type: $prompt', (question, wish, credit, points, ...feedback) => {
    expect(gradeOne(question, wish)).toEqual([credit, points, feedback[0]]);
  });

  it.each([
    [100, 0.285, 29],
    [1, 0.5, 1],
    [3, 0.5, 2],
    [1, 0.499, 0],
    [7, 1 / 14, 1],
  ])('rounds %d points × %d half up to %d', (points, credit, expected) => {
    const accepted = [{ text: 'all' }, { text: 'some', credit }];
    expect(gradeOne({ type: 'short_text', prompt: 'x', points, accepted }, 'some')[1]).toBe(expected);
  });

  it('counts a question left out as 0, without telling its explanation', () => {
    const questions = withIds([trueFalse, single]);
    expect(grade(questions, [])).toEqual({
      score: 0,
      maxScore: 5,
      breakdown: questions.map(({ id }) => ({ questionId: id, credit: 0, points: 0 })),
      credits: [null, null],
    });
    expect(feedbackOn(questions, [])).toEqual(new Map());
  });

  it('holds no text of the quiz, which would be the same in every submission', () => {
    const questions = withIds([{ ...trueFalse, explanation: 'Long'.repeat(2_500) }]);
    const answers = [{ questionId: questions[0]?.id ?? '', response: true }];
    expect(JSON.stringify(grade(questions, answers)).length).toBeLessThan(250);
    expect([...feedbackOn(questions, answers).keys()]).toEqual([questions[0]?.id]);
  });

  it.each([Number.POSITIVE_INFINITY, Number.NaN, '16384', null, undefined])(
    'gives nothing for %p as a number',
    (response) => {
      const questions = withIds([numeric]);
      expect(grade(questions, [{ questionId: questions[0]?.id ?? '', response }]).score).toBe(0);
    },
  );

  it('gives the full key the full score', () => {
    const credits = fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(
        credits,
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0.99, max: 1.01, noNaN: true }),
        (parts, points, whole) => {
          const sum = parts.reduce((total, part) => total + part, 0);
          const options = parts.map((part, index) => ({ text: `o${index}`, credit: (part / sum) * whole }));
          const question: AuthoredQuestion = { type: 'multiple_choice', prompt: 'x', points, options };
          const key = options.map(({ text }) => text).reverse();
          expect(gradeOne(question, key)).toEqual([1, points, undefined]);
        },
      ),
    );
  });
});
