import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SAMPLE, SAMPLES } from '../../../test/support/sample-questions.js';
import { withIds } from '../question-ids.js';
import { anyQuestion, ordinaryQuestion } from '../../../test/support/arbitrary-questions.js';
import { importQuestions } from '../interchange/import-questions.js';
import { plainQuestion } from '../interchange/plain-question.js';
import type { AuthoredQuestion } from '../question.types.js';
import { exportGift } from './export-gift.js';

function reimported(text: string): unknown[] {
  const { quizzes, rejected } = importQuestions('gift', text, { quizSize: 500 });
  expect(rejected).toEqual([]);
  return quizzes.flatMap(({ questions }) => questions.map(plainQuestion));
}

/** Judging names takes time by the square of their number. */
const names = (count: number) => Array.from({ length: count }, (_, at) => `"n${at}":1`).join();

const option = (text: string, credit: number) => ({ text, credit });

describe('a GIFT file of our own', () => {
  it('is what a teacher would write', () => {
    const { single, short, trueFalse, matching } = SAMPLE;
    expect(exportGift([single, { ...short, caseSensitive: true }, trueFalse, matching], 'Redis/Basics')).toBe(
      [
        '$CATEGORY: Redis//Basics',
        '',
        '// [points:4]',
        '[plain]Which command adds to a Sorted Set? {',
        '\t=ZADD#Yes',
        '\t~%50%ZINCRBY#Partly',
        '\t~%-50%SADD#No',
        '}',
        '',
        '// [points:2] [caseSensitive]',
        '[plain]Which command sets a time to live in seconds? {',
        '\t=EXPIRE#Right',
        '\t=%50%PEXPIRE',
        '\t=%25%*EX*',
        '}',
        '',
        '[plain]INCR is atomic. {TRUE#It is#Indeed',
        '\t####Redis runs one command at a time.',
        '}',
        '',
        '// [points:3]',
        '[plain]Which type does it work on? {',
        '\t=ZADD -> Sorted Set',
        '\t=LPUSH -> List',
        '\t=RPUSH -> List',
        '\t= -> Hash',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('gives every sample back, stored or as authored', () => {
    expect(reimported(exportGift(SAMPLES))).toEqual(SAMPLES.map(plainQuestion));
    expect(reimported(exportGift(withIds(SAMPLES)))).toEqual(SAMPLES.map(plainQuestion));
  });

  it('says what GIFT cannot carry, in a comment that only we read', () => {
    expect(exportGift([SAMPLE.ordering])).toMatch(
      /^\/\/ GIFT cannot carry this ordering question.*\n\/\/ \[redistack\] \{"type":"ordering",.*\}\n$/,
    );
  });

  it.each<[string, AuthoredQuestion]>([
    [
      'a left side with an arrow',
      {
        ...SAMPLE.matching,
        pairs: [
          { left: 'a -> b', right: 'c' },
          { left: 'd', right: 'e' },
        ],
      },
    ],
    ['indented code', { ...SAMPLE.trueFalse, prompt: 'if x:\n    y' }],
    [
      'a text that begins like a format',
      { ...SAMPLE.single, options: [option('[html]x', 1), option('y', 0)] },
    ],
    [
      'markup on the right',
      {
        ...SAMPLE.matching,
        promptFormat: 'html',
        pairs: [
          { left: '<b>a</b>', right: '<i>b</i>' },
          { left: 'c', right: 'd' },
        ],
      },
    ],
    [
      'more than a GIFT block may hold',
      {
        ...SAMPLE.single,
        options: Array.from({ length: 50 }, (_, at) => option(`${at}${'x'.repeat(1_900)}`, at === 0 ? 1 : 0)),
      },
    ],
  ])('carries %s whole', (_name, question) => {
    const text = exportGift([SAMPLE.short, question, SAMPLE.numeric]);
    expect(text.match(/\[redistack\]/g)).toHaveLength(1);
    expect(reimported(text)).toEqual([SAMPLE.short, question, SAMPLE.numeric].map(plainQuestion));
  });

  it.each<[string, AuthoredQuestion]>([
    [
      'a multiple choice with one right option',
      { ...SAMPLE.multiple, options: [option('a', 1), option('b', -1)] },
    ],
    ['a single choice with several', { ...SAMPLE.single, options: [option('a', 1), option('b', 1)] }],
    [
      'a text that begins like a weight',
      { ...SAMPLE.single, options: [option('%50% off', 1), option('%x', 0)] },
    ],
    [
      'very small and very large numbers',
      {
        ...SAMPLE.numeric,
        accepted: [
          { value: -1e-7, tolerance: 1e-9 },
          { min: -1e21, max: 1.5e300, credit: 0.0000001 },
        ],
      },
    ],
    [
      'everything that means something in GIFT',
      { ...SAMPLE.trueFalse, prompt: '::a:: {b} = c ~ d # e \\ f \\n g // h $CATEGORY: i -> j\n// k\n\n::l' },
    ],
    ['feedback for the right answer only', { ...SAMPLE.trueFalse, feedback: { right: '# yes' } }],
  ])('carries %s in GIFT itself', (_name, question) => {
    const text = exportGift([question]);
    expect(text).not.toContain('[redistack]');
    expect(reimported(text)).toEqual([plainQuestion(question)]);
  });

  it('gives the same questions back, whatever they are, and the same file again', () => {
    fc.assert(
      fc.property(fc.array(anyQuestion, { minLength: 1, maxLength: 4 }), (questions) => {
        const text = exportGift(questions, 'A title');
        const back = reimported(text);
        expect(back).toEqual(questions.map(plainQuestion));
        expect(exportGift(back as AuthoredQuestion[], 'A title')).toBe(text);
      }),
      { numRuns: 400 },
    );
  });

  it('needs no comment of its own for a whole question that GIFT has words for', () => {
    fc.assert(
      fc.property(ordinaryQuestion, (question) => {
        expect(exportGift([question])).not.toContain('[redistack]');
      }),
      { numRuns: 400 },
    );
  });
});

describe('a question in a comment', () => {
  it.each([
    ['// [redistack] {"type":"ordering","prompt":"Q","items":["a"]}', /items must contain at least 2/],
    ['// [redistack] {"type":"x"}', /type must be one of/],
    ['// [redistack] {broken}', /not JSON/],
    [`// [redistack] {${names(1_001)}}`, /has more than 1000 names/],
    [
      '// [redistack] {"__proto__":{"a":1},"type":"true_false","prompt":"Q","correct":true}',
      /__proto__: is not an allowed name/,
    ],
  ])('is judged as any other: %s', (line, reason) => {
    const { accepted, rejected } = importQuestions('gift', `A {T}\n${line}\nB {F}`);
    expect([accepted, rejected.length, rejected[0]?.line]).toEqual([2, 1, 2]);
    expect(rejected[0]?.reason).toMatch(reason);
  });

  it('means what follows at once, not the question after', () => {
    const { quizzes } = importQuestions('gift', '// [points:7]\n\nA {T}\n\n// [points:5]\nB {F}\n\nC {T}');
    expect(quizzes[0]?.questions.map(({ points }) => points)).toEqual([undefined, 5, undefined]);
  });
});
