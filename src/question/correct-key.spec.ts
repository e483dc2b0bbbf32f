import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyQuestion } from '../../test/support/arbitrary-questions.js';
import { SAMPLE, SAMPLES } from '../../test/support/sample-questions.js';
import { correctKey } from './correct-key.js';
import { grade } from './grader.js';
import { learnerViews } from './learner-view.js';
import { withIds } from './question-ids.js';
import type { AuthoredQuestion, StoredQuestion } from './question.types.js';

const corrected = (stored: StoredQuestion[], authored: AuthoredQuestion[]): StoredQuestion[] => {
  const outcome = correctKey(stored, authored);
  if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
  return outcome.questions;
};
const refused = (was: AuthoredQuestion, now: AuthoredQuestion) => {
  const outcome = correctKey(withIds([was]), [now]);
  return 'problems' in outcome ? outcome.problems.map(({ path }) => path) : [];
};
/** The order in which parts are shown is another each time, but their ids are not. */
const seen = (questions: StoredQuestion[]) => ids(learnerViews(questions, { shuffleOptions: false }));
const ids = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"(?:id|text)":"[^"]*"/g)].map(([found]) => found).sort();

describe('correctKey', () => {
  it('changes nothing when the questions are written as they were', () => {
    fc.assert(
      fc.property(fc.array(anyQuestion, { minLength: 1, maxLength: 4 }), (authored) => {
        const stored = withIds(authored);
        expect(corrected(stored, authored)).toEqual(stored);
      }),
    );
  });

  it('keeps what learners saw, so that an answer of before counts by the new key', () => {
    const { single, trueFalse, matching, ordering } = SAMPLE;
    const stored = withIds([single, trueFalse, matching, ordering]);
    const now = corrected(stored, [
      { ...single, options: single.options.map((option, at) => ({ ...option, credit: at === 2 ? 1 : 0 })) },
      { ...trueFalse, correct: false },
      {
        ...matching,
        pairs: [
          { left: 'ZADD', right: 'Hash' },
          { left: 'LPUSH', right: 'List' },
          { left: 'RPUSH', right: 'List' },
        ],
        distractors: ['Sorted Set'],
      },
      { ...ordering, items: ['EXEC', 'WATCH', 'MULTI'] },
    ]);
    expect(seen(now)).toEqual(seen(stored));
    const [choice, truth, pairs, order] = stored;
    if (choice?.type !== 'single_choice' || pairs?.type !== 'matching' || order?.type !== 'ordering')
      throw new Error('Samples of other types');
    const [zadd, lpush, rpush] = pairs.pairs.map(({ leftId }) => leftId);
    const hash = pairs.distractors[0]?.id ?? '';
    const list = pairs.pairs[1]?.rightId ?? '';
    const [watch, multi, exec] = order.items.map(({ id }) => id);
    const answers = [
      { questionId: choice.id, response: choice.options[2]?.id },
      { questionId: truth?.id ?? '', response: false },
      { questionId: pairs.id, response: { [zadd ?? '']: hash, [lpush ?? '']: list, [rpush ?? '']: list } },
      { questionId: order.id, response: [exec, watch, multi] },
    ];
    expect(grade(stored, answers).score).toBeLessThan(grade(now, answers).score);
    expect(grade(now, answers).score).toBe(grade(now, answers).maxScore);
  });

  it('takes other accepted answers, credits, feedback and explanations', () => {
    const { short, numeric, multiple } = SAMPLE;
    const now: AuthoredQuestion[] = [
      { ...short, accepted: [{ text: 'SETEX' }], caseSensitive: true, explanation: 'As the manual says' },
      { ...numeric, accepted: [{ value: 1 }] },
      {
        ...multiple,
        options: multiple.options.map((option, at) => ({
          ...option,
          credit: at === 0 ? 1 : 0,
          feedback: 'New',
        })),
      },
    ];
    const stored = withIds([short, numeric, multiple]);
    const [text, number, choice] = corrected(stored, now);
    expect(text).toMatchObject({ id: stored[0]?.id, ...now[0] });
    expect(number).toMatchObject({ id: stored[1]?.id, ...now[1] });
    expect(choice).toMatchObject({ id: stored[2]?.id, ...now[2] });
  });

  it.each<[string, AuthoredQuestion, AuthoredQuestion]>([
    ['type', SAMPLE.trueFalse, SAMPLE.short],
    ['prompt', SAMPLE.short, { ...SAMPLE.short, prompt: 'Another one?' }],
    ['promptFormat', SAMPLE.short, { ...SAMPLE.short, promptFormat: 'markdown' }],
    ['points', SAMPLE.short, { ...SAMPLE.short, points: 3 }],
    ['options', SAMPLE.single, { ...SAMPLE.single, options: SAMPLE.single.options.slice(0, 2) }],
    ['options', SAMPLE.multiple, { ...SAMPLE.multiple, options: SAMPLE.multiple.options.toReversed() }],
    ['pairs', SAMPLE.matching, { ...SAMPLE.matching, pairs: SAMPLE.matching.pairs.slice(0, 2) }],
    ['pairs', SAMPLE.matching, { ...SAMPLE.matching, distractors: ['Hash', 'Set'] }],
    ['items', SAMPLE.ordering, { ...SAMPLE.ordering, items: ['WATCH', 'MULTI', 'DISCARD'] }],
  ])('refuses another %s by its path', (property, was, now) => {
    expect(refused(was, now)).toEqual([`questions.0.${property}`]);
  });

  it('refuses fewer or more questions', () => {
    const stored = withIds(SAMPLES);
    expect(correctKey(stored, SAMPLES.slice(1))).toEqual({
      problems: [{ path: 'questions', message: 'must be the 7 questions of the quiz' }],
    });
  });

  it('names every question that was changed', () => {
    const stored = withIds(SAMPLES);
    const outcome = correctKey(
      stored,
      SAMPLES.map((question) => ({ ...question, prompt: 'Other' })),
    );
    expect('problems' in outcome && outcome.problems).toHaveLength(7);
  });
});
