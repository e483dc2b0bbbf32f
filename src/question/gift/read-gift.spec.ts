import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countQuestions, importQuestions, importQuestionsGently } from '../interchange/import-questions.js';

describe('what is rejected', () => {
  it.each([
    ['an essay', '::E::Discuss. {}', 1, 'E', 'essay questions cannot be graded automatically'],
    [
      'a description',
      '\n\nRead this.',
      3,
      'Read this.',
      'it has no answers in braces: a description is not a question',
    ],
    ['an open brace', '::O::Q\n{ =a ~b', 1, 'O', 'line 2: the { is never closed'],
    ['a stray feedback', 'Q\n{=a\n~b ##c}', 1, 'Q {=a ~b ##c}', 'line 3: Expected'],
    [
      'a weight over 100',
      'Q {~%101%a ~b}',
      1,
      'Q {~%101%a ~b}',
      'line 1: Expected a value between -100 and 100',
    ],
    ['two blanks', 'A {=b} c {=d}', 1, 'A {=b} c {=d}', 'line 1: Expected'],
    [
      'weights that are no whole',
      '::W::Q {~%50%a ~b}',
      1,
      'W',
      'options: the positive credits must add up to 1, not 0.5',
    ],
    ['a single option', '::W::Q {~a}', 1, 'W', 'options'],
    ['one pair', '::W::Q {=a -> b}', 1, 'W', 'pairs must contain at least 2'],
    ['no question', '{T}', 1, '{T}', 'prompt must be a text'],
    [
      'too long an answer',
      `::W::Q {=${'a'.repeat(1_001)}}`,
      1,
      'W',
      'accepted.0.text must be a text of 1 to 1000',
    ],
    [
      'too long a block',
      `::W::${'a'.repeat(65_536)}{T}`,
      1,
      '::W::aaa',
      'the question is longer than 65536 characters',
    ],
  ])('%s', (_name, text, line, name, reason) => {
    const { quizzes, accepted, rejected } = importQuestions('gift', text);
    expect([quizzes, accepted, rejected.length]).toEqual([[], 0, 1]);
    expect(rejected[0]?.line).toBe(line);
    expect(rejected[0]?.name.slice(0, name.length)).toBe(name);
    expect(rejected[0]?.reason.slice(0, reason.length)).toBe(reason);
  });

  it('does not sink its neighbours', () => {
    const text =
      'A {T}\n\n::bad::B {=x\n\n::good::C {F}\n\nD {\n\n$CATEGORY: z\n\nE {T}\n\nF {\n\nG {T}\n\nH }\n\nI {T}';
    const { quizzes, rejected } = importQuestions('gift', text);
    expect(quizzes.flatMap(({ questions }) => questions.map(({ prompt }) => prompt))).toEqual([
      'A',
      'C',
      'E',
      'G',
      'I',
    ]);
    expect(rejected.map(({ line, name }) => [line, name])).toEqual([
      [3, 'bad'],
      [7, 'D {'],
      [13, 'F {'],
      [17, 'H }'],
    ]);
  });
});

describe('how a file is cut into quizzes', () => {
  it('goes by category, then by size', () => {
    const questions = (count: number) => 'Q {T}\n\n'.repeat(count);
    const text = `${questions(1)}$CATEGORY: top/geo\n${questions(5)}$CATEGORY: a//b\n\n${questions(2)}`;
    const { quizzes, accepted } = importQuestions('gift', text, { quizSize: 2, titlePrefix: 'Mine' });
    expect(accepted).toBe(8);
    expect(quizzes.map(({ title, questions: { length } }) => [title, length])).toEqual([
      ['Mine 1', 1],
      ['geo 1', 2],
      ['geo 2', 2],
      ['geo 3', 1],
      ['a/b 1', 2],
    ]);
  });

  it('takes ten a quiz unless told', () => {
    expect(importQuestions('gift', 'Q {T}\n\n'.repeat(11)).quizzes.map(({ title }) => title)).toEqual([
      'Imported quiz 1',
      'Imported quiz 2',
    ]);
  });
});

describe('any text at all', () => {
  it('never throws, and loses no question', () => {
    const token = fc.constantFrom(
      '::',
      '{',
      '}',
      '=',
      '~',
      '#',
      '%50%',
      '->',
      '\\',
      '\n',
      '\n\n',
      'T',
      'a',
      '1',
      ':',
      '$CATEGORY: x\n',
      '//',
      ' ',
      '[html]',
      '*',
      '😀',
      '\0',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
        const text = tokens.join('');
        const { accepted, rejected } = importQuestions('gift', text);
        expect(accepted + rejected.length).toBe(countQuestions('gift', text));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['600 questions', '::t:: What is this thing about? {=one#x ~two ~three}\n\n'.repeat(600), 600, 0],
    ['one block of 1 MB', `Q {${'=a'.repeat(512 * 1024)}}`, 0, 1],
    ['more than 5 MB', 'a'.repeat(5 * 1024 * 1024 + 1), 0, 1],
    ['5,100 questions in two pieces each', 'A{\n=b ~c\n\n}\n\n'.repeat(5_100), 5_100, 0],
  ])('reads %s to its end', (_name, text, accepted, rejected) => {
    const result = importQuestions('gift', text);
    expect([result.accepted, result.rejected.length]).toEqual([accepted, rejected]);
  });

  it('lets others have the event loop when read gently', async () => {
    const text = 'What is it? {=a ~b ~c}\n\n'.repeat(3_000);
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const result = await importQuestionsGently('gift', text);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
    expect(result).toEqual(importQuestions('gift', text));
  });
});
