import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { pass, refusal } from '../../../test/support/body.js';
import { checkQuestion } from './check-question.js';
import { type QuestionDto, QuestionList } from './question.dto.js';

class QuizBody {
  @QuestionList()
  questions: QuestionDto[];
}

const single = {
  type: 'single_choice',
  prompt: 'Which?',
  options: [
    { text: 'This', credit: 1, feedback: 'Yes' },
    { text: 'That', credit: 0 },
  ],
};
const multiple = { ...single, type: 'multiple_choice' };
const trueFalse = { type: 'true_false', prompt: 'So?', correct: true };
const short = { type: 'short_text', prompt: 'Name?', accepted: [{ text: 'hash' }] };
const numeric = { type: 'numeric', prompt: 'How many?', accepted: [{ value: 16384 }] };
const matching = {
  type: 'matching',
  prompt: 'Match',
  pairs: [
    { left: 'ZADD', right: 'Sorted Set' },
    { left: 'LPUSH', right: 'List' },
  ],
  distractors: ['Hash'],
};
const ordering = { type: 'ordering', prompt: 'Order', items: ['MULTI', 'SET', 'EXEC'] };
const all = [single, multiple, trueFalse, short, numeric, matching, ordering];

const quiz = (...questions: unknown[]) => JSON.stringify({ questions });

describe('the questions of a request body', () => {
  it('takes all seven types as they are', async () => {
    const body = (await pass(QuizBody, quiz(...all))) as QuizBody;
    expect(JSON.parse(JSON.stringify(body.questions))).toEqual(all);
  });

  it('takes null for an optional field as absent', async () => {
    const body = (await pass(QuizBody, quiz({ ...trueFalse, explanation: null, points: null }))) as QuizBody;
    expect(JSON.parse(JSON.stringify(body.questions))).toEqual([trueFalse]);
  });

  it('takes three thirds as a whole', async () => {
    const thirds = ['a', 'b', 'c'].map((text) => ({ text, credit: 0.33333 }));
    expect(await refusal(QuizBody, quiz({ ...multiple, options: thirds }))).toEqual([]);
  });

  it('sanitises the texts of HTML questions that are shown, not the answers that are typed', async () => {
    const evil = '<b onclick="x()">Hi</b><script>x()</script>';
    const html = { ...short, promptFormat: 'html', prompt: evil, explanation: evil };
    const sent = quiz({ ...html, accepted: [{ text: '<b>', feedback: evil }] }, { ...single, prompt: evil });
    const { questions } = (await pass(QuizBody, sent)) as QuizBody;
    expect(questions[0]).toMatchObject({
      prompt: '<b>Hi</b>',
      explanation: '<b>Hi</b>',
      accepted: [{ text: '<b>', feedback: '<b>Hi</b>' }],
    });
    expect(questions[1]?.prompt).toBe(evil);
  });

  it('cleans Markdown as well, and leaves its code and its signs alone', async () => {
    const code = 'What does `<script>` do?\n\n> a & b';
    const evil = '[x](javascript:y) <b onclick="x()">Hi</b>';
    const sent = { ...short, promptFormat: 'markdown', prompt: code, explanation: evil };
    const { questions } = (await pass(QuizBody, quiz(sent))) as QuizBody;
    expect(questions[0]).toMatchObject({ prompt: code, explanation: '[x](#y) <b>Hi</b>' });
  });

  it('fetches pictures over https, as browsers do', async () => {
    const picture = (src: string) => `<img alt="a" src="${src}">`;
    const prompt = picture('http://x.org/a.png') + picture('//x.org/b.png') + picture('/c.png');
    const { questions } = (await pass(
      QuizBody,
      quiz({ ...short, promptFormat: 'html', prompt }),
    )) as QuizBody;
    expect(questions[0]?.prompt).toBe(
      '<img alt="a" src="https://x.org/a.png" /><img alt="a" src="https://x.org/b.png" /><img alt="a" src="/c.png" />',
    );
  });

  it.each(['data:image/png;base64,AA', 'ftp://x.org/a', '@@PLUGINFILE@@/a.png', ''])(
    'refuses a picture whose address cannot be shown: %j',
    async (src) => {
      const options = [single.options[0], { text: `Which? <img src="${src}">`, credit: 0 }];
      for (const promptFormat of ['html', 'markdown'])
        expect(await refusal(QuizBody, quiz({ ...single, promptFormat, options }))).toEqual([
          'questions.0.prompt: the picture in options.1.text needs an address that begins with https://',
        ]);
      expect(
        await refusal(QuizBody, quiz({ ...single, promptFormat: 'markdown', prompt: '`<img>`' })),
      ).toEqual([]);
      expect(await refusal(QuizBody, quiz({ ...single, prompt: '<img>' }))).toEqual([]);
    },
  );

  it('cleans megabytes while others have their turn', async () => {
    const prompt = '<p>Some <b>words</b> and <i>more</i></p>'.repeat(240);
    const questions = Array<unknown>(250).fill({ ...trueFalse, promptFormat: 'html', prompt });
    let turns = 0;
    let next = setImmediate(function turn() {
      turns += 1;
      next = setImmediate(turn);
    });
    expect(await refusal(QuizBody, quiz(...questions))).toEqual([]);
    clearImmediate(next);
    expect(turns).toBeGreaterThan(20);
  });

  it.each<[string, unknown, string]>([
    ['an unknown type', { ...single, type: 'essay' }, 'questions.0.type: type must be one of'],
    [
      'a type from the prototype',
      { ...single, type: 'constructor' },
      'questions.0.type: type must be one of',
    ],
    ['no type', { prompt: 'x' }, 'questions.0.type: type must be one of'],
    ['null', null, 'questions.0: must be an object'],
    ['a list', [single], 'questions.0: must be an object'],
    ['a text', 'x', 'questions.0: must be an object'],
    [
      'an unknown field',
      { ...single, correct: true },
      'questions.0.correct: property correct should not exist',
    ],
    [
      'a blank prompt',
      { ...single, prompt: ' \n' },
      'questions.0.prompt: prompt must be a text of 1 to 10000',
    ],
    ['a long prompt', { ...single, prompt: 'x'.repeat(10_001) }, 'questions.0.prompt: '],
    [
      'HTML with nothing left',
      { ...single, promptFormat: 'html', prompt: '<script>x</script>' },
      'questions.0.prompt: ',
    ],
    ['an unknown format', { ...single, promptFormat: 'latex' }, 'questions.0.promptFormat: '],
    ['NUL', { ...single, prompt: 'a\0b' }, 'questions.0.prompt: '],
    ['a lone surrogate', { ...single, prompt: 'a\ud800b' }, 'questions.0.prompt: '],
    ['half points', { ...single, points: 1.5 }, 'questions.0.points: '],
    ['101 points', { ...single, points: 101 }, 'questions.0.points: '],
    ['no options', { ...single, options: undefined }, 'questions.0.options: '],
    [
      'options that are no list',
      { ...single, options: { text: 'x' } },
      'questions.0.options: options must be an array',
    ],
    [
      '51 options',
      { ...single, options: Array(51).fill(single.options[0]) },
      'questions.0.options: options must contain',
    ],
    [
      'a null option',
      { ...single, options: [null, single.options[0]] },
      'questions.0.options.0: must be an object',
    ],
    [
      'a list as an option',
      { ...single, options: [[{}], single.options[0]] },
      'questions.0.options.0: must be an object',
    ],
    [
      'an unknown field of an option',
      { ...single, options: [single.options[0], { text: 'x', credit: 0, right: true }] },
      'questions.0.options.1.right: property right should not exist',
    ],
    [
      'credit over 1',
      { ...single, options: [single.options[0], { text: 'x', credit: 1.5 }] },
      'questions.0.options.1.credit: credit must not be greater than 1',
    ],
    [
      'no right option',
      {
        ...single,
        options: [
          { text: 'x', credit: 0.9 },
          { text: 'y', credit: 0 },
        ],
      },
      'questions.0.options: an option must have credit 1',
    ],
    [
      'a negative sum of credits',
      {
        ...multiple,
        options: [
          { text: 'x', credit: -0.5 },
          { text: 'y', credit: -0.25 },
        ],
      },
      'questions.0.options: the credits add up to -0.75: a negative sum leaves nothing to earn',
    ],
    [
      'credits that are no whole',
      {
        ...multiple,
        options: [
          { text: 'x', credit: 0.5 },
          { text: 'y', credit: -0.5 },
        ],
      },
      'questions.0.options: the positive credits must add up to 1, not 0.5',
    ],
    ['a text for a boolean', { ...trueFalse, correct: 'true' }, 'questions.0.correct: '],
    ['a text for feedback', { ...trueFalse, feedback: 'x' }, 'questions.0.feedback: '],
    ['a list for feedback', { ...trueFalse, feedback: [] }, 'questions.0.feedback: '],
    ['unknown feedback', { ...trueFalse, feedback: { maybe: 'x' } }, 'questions.0.feedback.maybe: '],
    [
      'no full answer',
      { ...short, accepted: [{ text: 'x', credit: 0.5 }] },
      'questions.0.accepted: an accepted answer',
    ],
    [
      'negative credit of a text',
      { ...short, accepted: [{ text: 'x', credit: -1 }] },
      'questions.0.accepted.0.credit: ',
    ],
    [
      'no number',
      { ...numeric, accepted: [{ credit: 1 }] },
      'questions.0.accepted.0.value: give a value, or both',
    ],
    [
      'half a range',
      { ...numeric, accepted: [{ min: 1 }] },
      'questions.0.accepted.0.value: give a value, or both',
    ],
    [
      'value and range',
      { ...numeric, accepted: [{ value: 1, min: 1, max: 2 }] },
      'questions.0.accepted.0.value: give either',
    ],
    [
      'a range upside down',
      { ...numeric, accepted: [{ min: 2, max: 1 }] },
      'questions.0.accepted.0.max: max must not',
    ],
    [
      'negative tolerance',
      { ...numeric, accepted: [{ value: 1, tolerance: -1 }] },
      'questions.0.accepted.0.tolerance: ',
    ],
    [
      'one pair',
      { ...matching, pairs: matching.pairs.slice(1) },
      'questions.0.pairs: pairs must contain at least 2',
    ],
    [
      'a left twice',
      { ...matching, pairs: Array(2).fill(matching.pairs[0]) },
      'questions.0.pairs: the same left text',
    ],
    [
      'a right distractor',
      { ...matching, distractors: ['List'] },
      'questions.0.distractors: a distractor is the right',
    ],
    ['a null distractor', { ...matching, distractors: [null] }, 'questions.0.distractors: each of'],
    ['one item', { ...ordering, items: ['x'] }, 'questions.0.items: '],
    ['an item twice', { ...ordering, items: ['x', 'x '] }, 'questions.0.items: the same text comes twice'],
  ])('refuses %s with its path', async (_name, question, expected) => {
    const errors = await refusal(QuizBody, quiz(question));
    expect(errors.filter((error) => error.startsWith(expected))).not.toEqual([]);
    expect(errors.every((error) => error.startsWith('questions.0'))).toBe(true);
  });

  it.each([
    ['no questions', '{}'],
    ['an object', '{"questions":{"0":1}}'],
    ['a text', '{"questions":"x"}'],
    ['an empty list', '{"questions":[]}'],
    ['501 of them', quiz(...Array<unknown>(501).fill(trueFalse))],
  ])('refuses %s', async (_name, body) => {
    const errors = await refusal(QuizBody, body);
    expect(errors).not.toEqual([]);
    expect(errors.every((error) => error.startsWith('questions: '))).toBe(true);
  });

  it.each([
    '{"questions":[{"type":"true_false","prompt":{"constructor":5},"correct":true}]}',
    '{"questions":[{"type":"single_choice","prompt":"x","options":[{"constructor":{"x":1},"text":"a","credit":1},{}]}]}',
    '{"questions":[{"type":"single_choice","prompt":"x","options":[{"text":{"then":1},"credit":{"valueOf":1}},1]}]}',
  ])('refuses names that reach prototypes: %s', async (body) => {
    expect(await refusal(QuizBody, body)).not.toEqual([]);
  });

  it('refuses a field named constructor where nobody took it out before', () => {
    const raw: unknown = JSON.parse(
      '{"type":"true_false","prompt":"x","correct":true,"constructor":5,"__proto__":{}}',
    );
    expect(checkQuestion(raw)).toEqual({
      errors: [
        { path: '"constructor"', message: 'property "constructor" should not exist' },
        { path: '"__proto__"', message: 'property "__proto__" should not exist' },
      ],
    });
  });

  it('judges a list of a hundred thousand nothings quickly', async () => {
    const start = performance.now();
    const errors = await refusal(QuizBody, `{"questions":[${'{},'.repeat(100_000)}{}]}`);
    expect(errors).toContainEqual('questions: questions must contain no more than 500 elements');
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
