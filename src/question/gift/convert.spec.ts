import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { importQuestions } from '../interchange/import-questions.js';

/** The one question a text holds, as our authors would write it. */
function one(text: string): unknown {
  const { quizzes, accepted, rejected } = importQuestions('gift', text);
  expect(rejected).toEqual([]);
  expect(accepted).toBe(1);
  return JSON.parse(JSON.stringify(quizzes[0]?.questions[0]));
}

describe('what a GIFT question becomes', () => {
  it.each<[string, string, object]>([
    [
      'single choice with feedback',
      'Fastest? {=RAM#Yes ~Disk#Slow ~%50%SSD####Memory is fast.}',
      {
        type: 'single_choice',
        prompt: 'Fastest?',
        promptFormat: 'plain',
        explanation: 'Memory is fast.',
        options: [
          { text: 'RAM', credit: 1, feedback: 'Yes' },
          { text: 'Disk', credit: 0, feedback: 'Slow' },
          { text: 'SSD', credit: 0.5 },
        ],
      },
    ],
    [
      'multiple choice by weights',
      'Which? {~%33.333%a ~%33.333%b ~%33.333%c ~%-100%d}',
      {
        type: 'multiple_choice',
        options: [0.33333, 0.33333, 0.33333, -1].map((credit, at) => ({ text: 'abcd'[at], credit })),
      },
    ],
    ['one option of 100 %', 'Which? {~%100%a ~b}', { type: 'single_choice' }],
    ['true', 'So. {T}', { type: 'true_false', correct: true }],
    [
      'false with feedback: first the wrong, then the right',
      'So. {FALSE#It is not#Indeed####Because.}',
      { correct: false, feedback: { wrong: 'It is not', right: 'Indeed' }, explanation: 'Because.' },
    ],
    ['one feedback only', 'So. {T#Look again}', { feedback: { wrong: 'Look again' } }],
    [
      'short text with weights',
      'Who? {=Nile =%50%Nil#Nearly}',
      {
        type: 'short_text',
        accepted: [
          { text: 'Nile', credit: 1 },
          { text: 'Nil', credit: 0.5, feedback: 'Nearly' },
        ],
      },
    ],
    ['a short text alone', 'Who? {Nile}', { type: 'short_text', accepted: [{ text: 'Nile', credit: 1 }] }],
    ['a word that begins with T', 'Who? {Tokyo}', { type: 'short_text' }],
    [
      'a number with tolerance',
      'Pi? {#3.14:0.01}',
      { type: 'numeric', accepted: [{ value: 3.14, tolerance: 0.01, credit: 1 }] },
    ],
    ['a range', 'Pi? {#-3.1..4}', { accepted: [{ min: -3.1, max: 4, credit: 1 }] }],
    [
      'numbers with feedback and a word for all others',
      'Pi? {#=3.14:0#Yes: well done =%25%3:1#Hm ~#Try again}',
      {
        accepted: [
          { value: 3.14, tolerance: 0, credit: 1, feedback: 'Yes: well done' },
          { value: 3, tolerance: 1, credit: 0.25, feedback: 'Hm' },
        ],
      },
    ],
    [
      'a single number with feedback',
      'Slots? {#16384#2: to the 14th}',
      { accepted: [{ value: 16384, feedback: '2: to the 14th' }] },
    ],
    [
      'pairs, a distractor, escapes on the right',
      'Match {=a\\=b -> c\\: d =e->f\\{g\\} = -> h}',
      {
        type: 'matching',
        pairs: [
          { left: 'a=b', right: 'c: d' },
          { left: 'e', right: 'f{g}' },
        ],
        distractors: ['h'],
      },
    ],
    ['a missing word', 'Redis keeps data in {~disk =memory}.', { prompt: 'Redis keeps data in _____.' }],
    ['escapes', 'a\\=b \\{c\\} \\~ \\# \\: x\\ny \\\\ {=\\~x ~y}', { prompt: 'a=b {c} ~ # : x\ny \\' }],
    ['what Moodle lets stand unescaped', 'Note: 1+1=2 ~ #1 {=a: b ~c}', { prompt: 'Note: 1+1=2 ~ #1' }],
    [
      'balanced braces in an answer',
      'Which? {=user:{1} ~x}',
      {
        options: [
          { text: 'user:{1}', credit: 1 },
          { text: 'x', credit: 0 },
        ],
      },
    ],
    ['an address', '::T::See http://x.org/a?b=c {T}', { prompt: 'See http://x.org/a?b=c' }],
    ['markdown', '[markdown]**Bold**\n- x {T}', { promptFormat: 'markdown', prompt: '**Bold**\n- x' }],
    [
      'HTML, sanitised',
      '[html]<p onclick\\="x">Hi</p><script>1</script> {T}',
      { promptFormat: 'html', prompt: '<p>Hi</p>' },
    ],
    [
      'a plain option of an HTML question',
      '[html]<i>Q</i>{=[plain]1 < 2 ~b}',
      { options: [{ text: '1 &lt; 2' }, {}] },
    ],
    [
      'an HTML option of a plain question',
      'Q{=[html]<b>1 &lt; 2</b> ~[plain]b}',
      { options: [{ text: '1 < 2' }, { text: 'b' }] },
    ],
    ['[moodle] and [plain]', '[plain]Q {=[moodle]a ~b}', { promptFormat: 'plain' }],
    ['blank lines in braces', 'Q {\n=a\n\n\n~b\n \n}', { options: [{ text: 'a' }, { text: 'b' }] }],
    ['comments anywhere', '// x {\nQ\n  // { y\n{\n//z\n=a\n~b}', { prompt: 'Q' }],
    ['BOM and CRLF', '\uFEFF::T::Q {\r\n=a\r\n~b\r\n}\r\n', { prompt: 'Q' }],
    ['a title over the question', '::My title: here::\nQ {T}', { prompt: 'Q' }],
    ['wildcards, kept for the grader', 'Q {=a*b =\\*c}', { accepted: [{ text: 'a*b' }, { text: '\\*c' }] }],
  ])('%s', (_name, text, expected) => {
    expect(one(text)).toMatchObject(expected);
  });
});
