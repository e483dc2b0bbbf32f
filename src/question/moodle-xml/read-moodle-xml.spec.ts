import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { formatOf } from '../interchange/formats.js';
import { countQuestions, importQuestions } from '../interchange/import-questions.js';

const quiz = (...questions: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n${questions.join('\n')}\n</quiz>\n`;
const question = (type: string, inner: string, prompt = 'Q', format = 'plain_text') =>
  `<question type="${type}"><name><text>N</text></name>` +
  `<questiontext format="${format}"><text>${prompt}</text></questiontext>${inner}</question>`;
const answer = (text: string, fraction = 0, more = '') =>
  `<answer fraction="${fraction}" format="plain_text"><text>${text}</text>${more}</answer>`;
const feedback = (text: string) => `<feedback format="plain_text"><text>${text}</text></feedback>`;

/** The one question of a file, as our authors would write it. */
function one(xml: string): unknown {
  const { quizzes, rejected } = importQuestions('xml', quiz(xml));
  expect(rejected).toEqual([]);
  return JSON.parse(JSON.stringify(quizzes[0]?.questions[0]));
}

describe('what a Moodle XML question becomes', () => {
  it.each<[string, string, object]>([
    [
      'a single choice with feedback and points',
      question(
        'multichoice',
        '<defaultgrade>5.0000000</defaultgrade><single>true</single><shuffleanswers>1</shuffleanswers>' +
          '<generalfeedback format="plain_text"><text>Because.</text></generalfeedback>' +
          answer('RAM', 100, feedback('Yes')) +
          answer('SSD', 33.33333) +
          answer('Disk', -50),
      ),
      {
        type: 'single_choice',
        prompt: 'Q',
        promptFormat: 'plain',
        points: 5,
        explanation: 'Because.',
        options: [
          { text: 'RAM', credit: 1, feedback: 'Yes' },
          { text: 'SSD', credit: 0.3333333 },
          { text: 'Disk', credit: -0.5 },
        ],
      },
    ],
    [
      'a multiple choice',
      question(
        'multichoice',
        `<single>false</single>${answer('a', 50)}${answer('b', 50)}${answer('c', -100)}`,
      ),
      { type: 'multiple_choice', options: [{ credit: 0.5 }, { credit: 0.5 }, { credit: -1 }] },
    ],
    [
      'true or false',
      question('truefalse', answer('true', 0, feedback('No')) + answer('false', 100, feedback('Yes'))),
      { type: 'true_false', correct: false, feedback: { right: 'Yes', wrong: 'No' } },
    ],
    [
      'a short answer',
      question('shortanswer', `<usecase>1</usecase>${answer('Nile', 100)}${answer('N*', 50)}`),
      {
        type: 'short_text',
        caseSensitive: true,
        accepted: [
          { text: 'Nile', credit: 1 },
          { text: 'N*', credit: 0.5 },
        ],
      },
    ],
    [
      'numbers',
      question(
        'numerical',
        answer('3.14', 100, '<tolerance>0.01</tolerance>') +
          answer('-3e2', 50) +
          answer('*', 0, feedback('No')),
      ),
      {
        type: 'numeric',
        accepted: [
          { value: 3.14, tolerance: 0.01, credit: 1 },
          { value: -300, tolerance: 0, credit: 0.5 },
        ],
      },
    ],
    [
      'pairs and a distractor',
      question(
        'matching',
        ['a', 'b', '']
          .map(
            (left, at) =>
              `<subquestion format="plain_text"><text>${left}</text><answer><text>${at} &lt;</text></answer></subquestion>`,
          )
          .join(''),
      ),
      {
        type: 'matching',
        pairs: [
          { left: 'a', right: '0 <' },
          { left: 'b', right: '1 <' },
        ],
        distractors: ['2 <'],
      },
    ],
    [
      'an order, by its fractions',
      question('ordering', answer('third', 3) + answer('first', 1) + answer('second', 2)),
      { type: 'ordering', items: ['first', 'second', 'third'] },
    ],
    [
      'HTML in CDATA, sanitised',
      question(
        'truefalse',
        answer('true', 100),
        '<![CDATA[<p onclick="x">Hi &amp; <b>you</b></p><script>1</script>]]>',
        'html',
      ),
      { promptFormat: 'html', prompt: '<p>Hi &amp; <b>you</b></p>' },
    ],
    [
      'HTML in entities, sanitised',
      question('truefalse', answer('true', 100), '&lt;i&gt;Hi&lt;/i&gt;&lt;img src=x onerror=y&gt;', 'html'),
      { prompt: '<i>Hi</i><img src="x" />' },
    ],
    [
      'a picture at an address, over https',
      question(
        'truefalse',
        answer('true', 100),
        '<![CDATA[<img src="http://x.org/a.png" alt="A">]]>',
        'html',
      ),
      { prompt: '<img src="https://x.org/a.png" alt="A" />' },
    ],
    [
      'plain options of an HTML question',
      question('multichoice', answer('1 &lt; 2', 100) + answer('b'), 'Q', 'html'),
      { options: [{ text: '1 &lt; 2' }, { text: 'b' }] },
    ],
    [
      'HTML options of a Markdown question',
      question(
        'multichoice',
        `${answer('&lt;b onclick="x"&gt;1&lt;/b&gt;', 100).replace('plain_text', 'html')}${answer('b')}`,
        'Q',
        'markdown',
      ),
      { promptFormat: 'markdown', options: [{ text: '<b>1</b>' }, { text: 'b' }] },
    ],
    [
      'markdown',
      question('truefalse', `<hidden/>${answer('true', 100)}`, '**Q**', 'markdown'),
      { promptFormat: 'markdown' },
    ],
    [
      'a grade below one',
      question('truefalse', `<defaultgrade>0.5</defaultgrade>${answer('true', 100)}`),
      { points: 1 },
    ],
  ])('%s', (_name, xml, expected) => {
    expect(one(xml)).toMatchObject(expected);
  });
});

const GOOD = question('truefalse', answer('true', 100), 'Good');

describe('a Moodle XML file', () => {
  it('is told by how it begins, and cut by category', () => {
    const category = (path: string) =>
      `<question type="category"><category><text>${path}</text></category></question>`;
    const file = quiz(category('$course$/top'), GOOD, category('$course$/top/Redis/Pub//Sub'), GOOD, GOOD);
    expect(formatOf(file)).toBe('xml');
    expect(countQuestions('xml', file)).toBe(3);
    expect(
      importQuestions('xml', file).quizzes.map(({ title, questions: { length } }) => [title, length]),
    ).toEqual([
      ['Imported quiz 1', 1],
      ['Pub/Sub 1', 2],
    ]);
  });

  it.each([
    ['an essay', question('essay', ''), 'essay questions cannot be graded automatically'],
    ['a description', question('description', ''), 'a description is not a question'],
    ['a cloze', question('cloze', ''), 'questions of the type "cloze" are not known here'],
    [
      'a type that is a property of objects',
      question('constructor', ''),
      'questions of the type "constructor"',
    ],
    [
      'a picture',
      question('truefalse', answer('true', 100, '<file name="a.png" encoding="base64">AA</file>')),
      'it holds files',
    ],
    [
      'a picture within the text',
      question('truefalse', answer('true', 100), '&lt;img src="data:image/png;base64,AA"&gt;', 'html'),
      'prompt: the picture in prompt needs an address that begins with https://',
    ],
    [
      'a picture of a file that is not there',
      question('truefalse', answer('true', 100), '&lt;img src="@@PLUGINFILE@@/a.png"&gt;', 'html'),
      'prompt: the picture in prompt needs an address',
    ],
    [
      'graded units',
      question('numerical', `<unitgradingtype>1</unitgradingtype>${answer('1', 100)}`),
      'units cannot be graded',
    ],
    [
      'a number that is none',
      question('numerical', answer('Infinity', 100)),
      'accepted.0.value must be a finite number',
    ],
    [
      'a fraction over 100',
      question('multichoice', answer('a', 100) + answer('b', 101)),
      'options.1.credit must not be greater than 1',
    ],
    ['no right answer', question('truefalse', answer('true') + answer('false')), 'neither true nor false'],
    [
      'a grade over 100',
      question('truefalse', `<defaultgrade>101</defaultgrade>${answer('true', 100)}`),
      'points must not be greater than 100',
    ],
    [
      'a question never closed',
      '<question type="truefalse"><name><text>N</text></name>',
      'it is never closed',
    ],
    ['elements without end', question('truefalse', '<a/>'.repeat(2_001)), 'it holds more elements'],
    [
      'elements too deep',
      question('truefalse', '<a>'.repeat(30) + '</a>'.repeat(30)),
      'it holds more elements',
    ],
    [
      'a text without end',
      question('truefalse', answer('x'.repeat(300_000), 100)),
      'the question is longer than',
    ],
  ])('with %s loses that question, and only that', (_name, bad, reason) => {
    const { accepted, rejected } = importQuestions('xml', quiz(GOOD, bad, GOOD));
    expect([accepted, rejected.length, rejected[0]?.line, rejected[0]?.name]).toEqual([2, 1, 4, 'N']);
    expect(rejected[0]?.reason.slice(0, reason.length)).toBe(reason);
  });

  it('defines no entities and reads no document type', () => {
    const bomb =
      '<?xml version="1.0"?>\n<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>\n';
    expect(importQuestions('xml', `${bomb}<quiz>${GOOD}</quiz>`)).toMatchObject({
      accepted: 0,
      rejected: [{ line: 2, reason: 'a document type is not read: nothing in it counts' }],
    });
    expect(one(question('truefalse', answer('true', 100), '&x; &b; &#65;'))).toMatchObject({
      prompt: '&x; &b; A',
    });
  });

  it.each([
    ['is no quiz', '<html></html>', 'it holds no <quiz> with questions'],
    ['ends too soon', quiz(GOOD).slice(0, -60), '<answer> is never closed'],
  ])('that %s is told so', (_name, text, reason) => {
    expect(importQuestions('xml', text).rejected).toMatchObject([{ reason }]);
  });
});
