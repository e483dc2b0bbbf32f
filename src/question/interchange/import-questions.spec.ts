import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FILE_FORMATS, type ImportFormat, IMPORT_FORMATS } from './formats.js';
import { countQuestions, importQuestions } from './import-questions.js';
import { SLICE } from './reading.js';

const AIKEN = 'Which?\nA. a\nB) b\nANSWER: B\n\nAnd?\nA. c\nB. d\nANSWER: A\n';
const XML = `<?xml version="1.0"?><quiz><question type="category"><category><text>$course$/a</text></category></question>
<question type="multichoice"><name><text>N</text></name><questiontext format="html"><text><![CDATA[<b>Q</b>]]></text></questiontext>
<defaultgrade>2</defaultgrade><single>true</single><answer fraction="100"><text>a &amp; b</text><feedback><text>x</text></feedback></answer>
<answer fraction="0"><text>c</text></answer></question><question type="numerical"><questiontext><text>Q</text></questiontext>
<answer fraction="100"><text>3</text><tolerance>1</tolerance></answer></question></quiz>`;
/** Small, so that many can be tried. */
const GIFT = [
  '$CATEGORY: a/b\n// [points:2]\n::N::[html]<b>Q</b> {=a\\=b#Yes ~%50%c#No ~[plain]d####Why}\n',
  'Q is {~%-50%a ~%50%b\n\n~%50%c}.\n\n[markdown]Q {=*a* =%25%b}',
  'Q {#1:0.5}\n\nQ {#=1..2 =%50%3:1#x}',
  'Q {T#a#b}\r\n\r\nQ {=a -> b =c -> d\r\n= -> e}',
  '// [redistack] {"type":"ordering","prompt":"Q","items":["a","b"]}\n\nQ {T}',
];
const SEEDS: Record<ImportFormat, string[]> = { gift: GIFT, aiken: [AIKEN], xml: [XML] };
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
        fc.property(fc.constantFrom(...SEEDS[format]).chain(mutated), (text) => {
          const { quizzes, accepted, rejected } = importQuestions(format, text);
          expect(quizzes.reduce((sum, { questions }) => sum + questions.length, 0)).toBe(accepted);
          expect(rejected.every(({ line, reason }) => line >= 1 && reason !== '')).toBe(true);
        }),
        { numRuns: 10_000 },
      );
    },
    60_000,
  );

  it.each(IMPORT_FORMATS)('of one format read as another (%s): nothing but rejections', (format) => {
    for (const text of Object.values(SEEDS).flat()) expect(() => importQuestions(format, text)).not.toThrow();
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
});

/** What parsers have been lost in: nesting, runs of what means something, beginnings without an end. */
const HEAVY: Record<ImportFormat, string[]> = {
  gift: [
    ...['{', '}', '{}', '}{', '=', '~', '#', '\\', '%', '->', '::', ':', '[', '*', ' ', '\n', 'a', '\u2028'],
    ...['{\n\n', '}\n\n', 'a\n\n', '\n\n//', '// [redistack] {}\n', '// [points:1]\n', '$CATEGORY: a/\n'],
    ...['Q {=', 'Q {~%', 'Q {#1:', 'Q {=a -> ', 'Q {=a#', '[html]', '_____ ', '&&', '\\{', '\\n', 'T', 'é'],
  ],
  aiken: ['A. a\n', 'A.  ', 'ANSWER:\n', 'ANSWER: ', 'Q\n\n', 'a', ' ', '\n', '\r', 'A. \u2028'],
  xml: [
    ...[
      '<a>',
      '<question>',
      '<question ',
      '<question><a>',
      '<quiz><question><a',
      '<quiz>',
      '</a>',
      '<a/>',
      '<',
    ],
    ...[
      '<a b="',
      '<a b=',
      '<question type="category"/>',
      '<!--',
      '<![CDATA[',
      '<question><![CDATA[',
      '<?',
      '<!',
    ],
    ...[
      '&',
      '&amp;',
      '&#',
      '&a',
      '"',
      ' ',
      '\n',
      ']]>',
      '-->',
      '<question><text>&lt;',
      '<question>' + '<a>'.repeat(30),
    ],
  ],
};
/** Each begins where something is open already. */
const OPENINGS: Record<ImportFormat, string[]> = {
  gift: ['', '::Q {#='],
  aiken: ['', 'Q?\nA. '],
  xml: ['', '<quiz><question type="multichoice"><questiontext><text>'],
};

/** Seconds of this process's own time, the least of some: what others do on the machine counts little. */
function secondsOf(work: () => void): number {
  const all = [1, 2].map(() => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return Math.min(...all);
}

/** The line separator at its end is no end of a line, and `.` matches it not: patterns that count on either try again and again. */
const filled = (opening: string, junk: string, length: number): string =>
  `${opening}${junk.repeat(Math.floor(length / junk.length))}x\u2028x`;

describe('junk', () => {
  const [small, large] = [64 * 1024, 256 * 1024];

  it.each(IMPORT_FORMATS)(
    'of %s takes time by its length, not by the square of it',
    (format) => {
      for (const opening of OPENINGS[format]) {
        for (const junk of HEAVY[format]) {
          const read = (length: number) => () => {
            importQuestions(format, filled(opening, junk, length));
            countQuestions(format, filled(opening, junk, length));
          };
          const slow = secondsOf(read(large));
          // What is over in a moment is nothing to compare.
          if (slow < 0.15) continue;
          // 4 times as long: 4 times the time, or 16 times by the square.
          expect([opening, junk, slow / secondsOf(read(small)) > 10]).toEqual([opening, junk, false]);
        }
      }
    },
    120_000,
  );

  it.each<[ImportFormat, string]>([
    ['gift', 'Q {=a\n\n'],
    ['gift', '\n'],
    ['gift', '// a comment\n'],
    ['gift', 'a\n'],
    ['aiken', 'A. a\n'],
    ['aiken', '\n'],
    ['xml', '<a/>'],
    ['xml', '<!-- a -->'],
    ['xml', 'a'],
  ])('of %s (%j) is read in slices: others have their turn after each', (format, junk) => {
    const length = 1024 * 1024;
    const steps = [...FILE_FORMATS[format].read(filled('', junk, length), 1_000_000)].length;
    expect(steps).toBeGreaterThanOrEqual(Math.floor(length / (2 * SLICE)));
  });

  it('deeper than any question of Moodle\u2019s costs its own question alone', () => {
    const good =
      '<question type="truefalse"><questiontext><text>Q</text></questiontext><answer fraction="100"><text>true</text></answer></question>\n';
    const deep = '<a>'.repeat(300_000);
    const file = `<quiz>\n${good}<question type="truefalse"><name><text>Deep</text></name>${deep}\n${good}${deep}\n${good}</quiz>`;
    const { accepted, rejected } = importQuestions('xml', file);
    expect(accepted).toBe(3);
    expect(rejected).toEqual([
      { line: 3, name: 'Deep', reason: 'it holds more elements than any question has' },
      { line: 5, name: '', reason: expect.stringMatching(/^elements stand in each other deeper than 20/) },
    ]);
  });
});
