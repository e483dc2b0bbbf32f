import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { importQuestions } from '../interchange/import-questions.js';
import type { AuthoredQuestion } from '../question.types.js';

const FILE = readFileSync(new URL('../../../examples/gift-constructs.gift', import.meta.url), 'utf8');

/** The key of a question in short: what earns how much. */
function keyOf(question: AuthoredQuestion): unknown {
  switch (question.type) {
    case 'single_choice':
    case 'multiple_choice':
      return question.options.map(({ text, credit }) => [text, credit]);
    case 'true_false':
      return question.correct;
    case 'short_text':
      return question.accepted.map(({ text, credit }) => [text, credit]);
    case 'numeric':
      return question.accepted.map(({ value, tolerance, min, max, credit }) =>
        value === undefined ? [min, max, credit] : [value, tolerance, credit],
      );
    case 'matching':
      return [...question.pairs.map(({ left, right }) => [left, right]), ...(question.distractors ?? [])];
    case 'ordering':
      return question.items;
  }
}

/** Prompt, type and key of each question, in the order of the file. */
const EXPECTED: [string, AuthoredQuestion['type'], unknown][] = [
  [
    'How does Redis keep its data while it works?',
    'single_choice',
    [
      ['On disk', 0],
      ['On tape', 0],
      ['In memory', 1],
    ],
  ],
  [
    'Redis runs _____ commands at a time.',
    'single_choice',
    [
      ['all', 0],
      ['one', 1],
      ['sixteen', 0],
    ],
  ],
  ['A Redis string may hold a gigabyte.', 'true_false', false],
  [
    'Which command asks Redis whether it is there?',
    'short_text',
    [
      ['PING', 1],
      ['ECHO', 1],
    ],
  ],
  ['How many databases has a Redis that nobody configured?', 'numeric', [[16, 1, 1]]],
  [
    'A key that has expired answers _____ to a GET.',
    'single_choice',
    [
      ['OK', 0],
      ['zero', 0],
      ['nil', 1],
    ],
  ],
  [
    'A reply that begins with a minus is an _____.',
    'short_text',
    [
      ['error', 1],
      ['ERR', 1],
    ],
  ],
  ['GET of a key that is not there is no error.', 'true_false', true],
  [
    'Match each command with the type it works on.',
    'matching',
    [
      ['LPUSH', 'List'],
      ['HSET', 'Hash'],
      ['SADD', 'Set'],
      ['XADD', 'Stream'],
    ],
  ],
  [
    "What part of the CPU's two cores is one of them (with 2 decimal places)? _____.",
    'numeric',
    [[0.5, 0.005, 1]],
  ],
  ['Which version of the protocol comes with HELLO? _____.', 'numeric', [[2.9, 3.1, 1]]],
  [
    'How many hash slots has a cluster?',
    'numeric',
    [
      [16384, 0, 1],
      [16384, 1, 0.5],
    ],
  ],
  ['The first three letters of Redis stand for which word?', 'short_text', [['remote', 1]]],
  [
    'Which command takes a value away and returns it?',
    'single_choice',
    [
      ['DEL', 0],
      ['UNLINK', 0],
      ['GETDEL', 1],
    ],
  ],
  [
    'Which command sets a **time to live** in seconds?',
    'short_text',
    [
      ['EXPIRE', 1],
      ['SETEX', 1],
    ],
  ],
  [
    'A hard one.',
    'single_choice',
    [
      ['KEYS', 0],
      ['SCAN without a COUNT', 0.5],
      ['SCAN in a loop', 1],
    ],
  ],
  [
    'Redis was first written on',
    'short_text',
    [
      ['Sicily', 1],
      ['Sicilly', 0.75],
      ['Italy', 0.25],
    ],
  ],
  [
    'Which two are kept in the order of their scores?',
    'multiple_choice',
    [
      ['A Set', -0.5],
      ['A Sorted Set', 0.5],
      ['A geospatial index', 0.5],
      ['A List', -0.5],
    ],
  ],
  [
    'Which of these is true after SET n 5?',
    'single_choice',
    [
      ['= INCR n gives 5', 0],
      ['= INCR n gives 6', 1],
      ['= INCR n gives 7', 0],
    ],
  ],
  ['A text with {braces}, ~tildes~, #hashes#, a=b, a backslash \\ and a line\nbreak.', 'true_false', true],
  [
    '<p>Which of them are <b>atomic</b>?</p>',
    'multiple_choice',
    [
      ['INCR', 0.3333333],
      ['SET with &lt;NX&gt;', 0.3333333],
      ['EVAL', 0.3333333],
      ['GET, then SET', -1],
    ],
  ],
  ['How far may it be from ten?', 'numeric', [[10, 2, 1]]],
  ['Between which numbers?', 'numeric', [[-1.5, 1.5, 1]]],
  ['Match what there is to match.', 'matching', [['RPOP', 'List'], ['ZPOPMIN', 'Sorted Set'], 'Hash']],
  [
    'Is this one question?',
    'single_choice',
    [
      ['Yes', 1],
      ['No', 0],
    ],
  ],
];

describe('examples/gift-constructs.gift', () => {
  const { quizzes, accepted, rejected } = importQuestions('gift', FILE, { quizSize: 100 });
  const questions = quizzes.flatMap((quiz) => quiz.questions);

  it('goes in whole', () => {
    expect([accepted, rejected]).toEqual([EXPECTED.length, []]);
  });

  it.each(EXPECTED.map((expected, at) => [at + 1, ...expected] as const))(
    'question %d: %s',
    (number, prompt, type, key) => {
      const question = questions[number - 1] as AuthoredQuestion;
      expect([question.prompt, question.type, keyOf(question)]).toEqual([prompt, type, key]);
    },
  );

  it('keeps titles out of the prompts, formats, feedback and explanations', () => {
    const told = JSON.stringify(questions);
    expect(told).not.toMatch(/::|The name|home/);
    expect(
      questions
        .filter(({ promptFormat }) => promptFormat !== 'plain')
        .map(({ promptFormat }) => promptFormat),
    ).toEqual(['markdown', 'html']);
    expect(questions[13]).toMatchObject({ options: [{}, {}, { feedback: 'Just so!' }] });
    expect(questions[16]).toMatchObject({ accepted: [{}, { feedback: 'Right, but misspelled.' }, {}] });
    expect(questions[19]).toMatchObject({
      feedback: { wrong: 'No.', right: 'Yes.' },
      explanation: 'Shown to everybody.',
    });
    expect(questions[20]?.explanation).toBe('<i>Others come between the two.</i>');
  });
});
