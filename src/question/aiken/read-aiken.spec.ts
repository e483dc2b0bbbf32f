import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { formatOf } from '../interchange/formats.js';
import { countQuestions, importQuestions } from '../interchange/import-questions.js';

const FILE = `\uFEFFWhich command reads a string?\r
A. SET\r
B. GET\r
ANSWER: B\r
\r
Which type keeps its members in the order of their scores,\r
and what makes it fast?\r
\r
A) Sorted Set\r
B) List\r
answer: a\r
`;

describe('an Aiken file', () => {
  it('becomes single choices of one point each', () => {
    expect(formatOf(FILE)).toBe('aiken');
    expect(countQuestions('aiken', FILE)).toBe(2);
    const { quizzes, rejected } = importQuestions('aiken', FILE);
    expect(rejected).toEqual([]);
    expect(quizzes).toMatchObject([
      {
        title: 'Imported quiz 1',
        questions: [
          {
            type: 'single_choice',
            prompt: 'Which command reads a string?',
            options: [
              { text: 'SET', credit: 0 },
              { text: 'GET', credit: 1 },
            ],
          },
          {
            prompt: 'Which type keeps its members in the order of their scores,\nand what makes it fast?',
            options: [
              { text: 'Sorted Set', credit: 1 },
              { text: 'List', credit: 0 },
            ],
          },
        ],
      },
    ]);
  });

  it.each([
    ['no options', 'Just prose.', 'it has no options'],
    ['no answer', 'Q?\nA. a\nB. b', 'it has no line "ANSWER: "'],
    ['an answer that is no option', 'Q?\nA. a\nB. b\nANSWER: C', 'there is no option C'],
    ['two answers', 'Q?\nA. a\nB. b\nANSWER: A, B', 'line 4: the answer must be the letter of one option'],
    ['a gap in the letters', 'Q?\nA. a\nC. c\nANSWER: A', 'line 3: the options must be lettered'],
    [
      'an option over two lines',
      'Q?\nA. a\n  more\nB. b\nANSWER: A',
      'line 3: it is neither an option nor the answer',
    ],
    ['one option', 'Q?\nA. a\nANSWER: A', 'options must contain at least 2'],
    ['no question', 'A. a\nB. b\nANSWER: A', 'prompt must be a text'],
    [
      'too long a text',
      `Q?\nA. ${'a'.repeat(2_001)}\nB. b\nANSWER: B`,
      'options.0.text must be a text of 1 to 2000',
    ],
    ['too many lines', `${'Q\n'.repeat(1_001)}A. a\nB. b\nANSWER: A`, 'it has more than 1000 lines'],
  ])('with %s loses that question, and only that', (_name, bad, reason) => {
    const { accepted, rejected } = importQuestions('aiken', `${bad}\n\nGood?\nA. a\nB. b\nANSWER: A\n`);
    expect([accepted, rejected.length, rejected[0]?.line]).toEqual([1, 1, 1]);
    expect(rejected[0]?.reason.slice(0, reason.length)).toBe(reason);
  });
});
