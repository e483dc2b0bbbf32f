import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ImportFormat, IMPORT_FORMATS } from './formats.js';
import { countQuestions, importQuestions } from './import-questions.js';

const AIKEN = 'Which?\nA. a\nB) b\nANSWER: B\n\nAnd?\nA. c\nB. d\nANSWER: A\n';
const XML = `<?xml version="1.0"?><quiz><question type="category"><category><text>$course$/a</text></category></question>
<question type="multichoice"><name><text>N</text></name><questiontext format="html"><text><![CDATA[<b>Q</b>]]></text></questiontext>
<defaultgrade>2</defaultgrade><single>true</single><answer fraction="100"><text>a &amp; b</text><feedback><text>x</text></feedback></answer>
<answer fraction="0"><text>c</text></answer></question><question type="numerical"><questiontext><text>Q</text></questiontext>
<answer fraction="100"><text>3</text><tolerance>1</tolerance></answer></question></quiz>`;
const GIFT = readFileSync(new URL('../../../examples/redis-basics.gift', import.meta.url), 'utf8').slice(
  0,
  1_500,
);
const SEEDS: Record<ImportFormat, string> = { gift: GIFT, aiken: AIKEN, xml: XML };
const JUNK = [
  '<',
  '>',
  '</question>',
  '<question type="',
  '<![CDATA[',
  ']]>',
  '&#',
  '&',
  ';',
  '{',
  '}',
  '=',
  '~',
  '#',
  '\\',
  '->',
];
const MORE_JUNK = [
  '\n',
  '\r',
  '\n\n',
  'ANSWER: ',
  'A. ',
  '//',
  '[redistack] {',
  '[points:',
  '::',
  '%',
  '\0',
  '\ud800',
  '😀',
  '"',
  '<!DOCTYPE',
  '--',
];

/** A file with some of it cut out, doubled, or something else put in. */
const mutated = (text: string) => {
  const at = fc.nat(text.length);
  const change = fc.record({
    at,
    length: fc.nat(40),
    put: fc.constantFrom('', 'same', ...JUNK, ...MORE_JUNK),
  });
  return fc.array(change, { minLength: 1, maxLength: 6 }).map((changes) =>
    changes.reduce((before, { at, length, put }) => {
      const kept = put === 'same' ? before.slice(at, at + 2 * length) : put;
      return before.slice(0, at) + kept + before.slice(at + length);
    }, text),
  );
};

describe('any file at all', () => {
  it.each(IMPORT_FORMATS)(
    'of mutated %s: never throws, and only what is allowed comes in',
    (format) => {
      fc.assert(
        fc.property(mutated(SEEDS[format]), (text) => {
          const { quizzes, accepted, rejected } = importQuestions(format, text);
          expect(quizzes.reduce((sum, { questions }) => sum + questions.length, 0)).toBe(accepted);
          expect(rejected.every(({ line, reason }) => line >= 1 && reason !== '')).toBe(true);
        }),
        // 10,000 together.
        { numRuns: format === 'gift' ? 2_000 : 4_000 },
      );
    },
    60_000,
  );

  it.each(IMPORT_FORMATS)('of one format read as another (%s): nothing but rejections', (format) => {
    for (const text of Object.values(SEEDS)) expect(() => importQuestions(format, text)).not.toThrow();
    expect(importQuestions(format, '')).toEqual({ quizzes: [], accepted: 0, rejected: [] });
  });

  it.each<[ImportFormat, string]>([
    ['gift', '::t:: What is this thing about? {=one#x ~two ~three}\n\n'],
    ['aiken', 'What is this thing about?\nA. one\nB. two\nANSWER: A\n\n'],
    [
      'xml',
      '<question type="multichoice"><questiontext><text>Q</text></questiontext><answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer></question>\n',
    ],
  ])('of 10,000 questions of %s: all of them, and one more is told', (format, question) => {
    const text = question.repeat(10_001);
    const { accepted, rejected } = importQuestions(format, format === 'xml' ? `<quiz>${text}</quiz>` : text);
    expect([accepted, rejected.length]).toEqual([10_000, 1]);
    expect(rejected[0]?.reason).toMatch(/one of more than 10000 questions/);
    expect(countQuestions(format, text)).toBe(10_000);
  });

  it.each<[ImportFormat, string]>([
    ['gift', '{'],
    ['gift', '\n\n//'],
    ['aiken', 'A. a\n'],
    ['aiken', 'ANSWER:\n'],
    ['xml', '<question>'],
    ['xml', '<quiz><question><a'],
    ['xml', '&amp;'],
    ['xml', '<question><![CDATA['],
  ])(
    'of 5 MB of %s junk %j: nothing, in a time that does not grow with its square',
    (format, junk) => {
      const { accepted } = importQuestions(format, junk.repeat(Math.floor((5 * 1024 * 1024) / junk.length)));
      expect(accepted).toBe(0);
    },
    60_000,
  );
});
