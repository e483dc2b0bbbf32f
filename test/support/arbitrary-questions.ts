import fc from 'fast-check';
import { checkQuestion } from '../../src/question/dto/check-question.js';
import { plainQuestion } from '../../src/question/interchange/plain-question.js';
import type { AuthoredQuestion } from '../../src/question/question.types.js';

/** Words with what means something in GIFT, XML or HTML between them. */
const token = fc.constantFrom(
  ...[
    'Redis',
    'a',
    'Ω',
    '😀',
    ' ',
    '  ',
    '\n',
    '\n    ',
    '\t',
    '\\',
    '\\n',
    ':',
    '::',
    '=',
    '~',
    '#',
    '####',
    '{',
    '}',
    '%50%',
  ],
  ...[
    '->',
    '//',
    '[html]',
    '[plain]',
    '*',
    '\\*',
    '&amp;',
    '<b>x</b>',
    '<',
    '>',
    '$CATEGORY:',
    '&&092;',
    '1',
    '1..2',
    'TRUE',
    ']]>',
    '`',
    '```\n',
    '](',
    ']: ',
    'javascript:x',
    '<https://x.org>',
    '<img src="https://x.org/y">',
    '<a b',
  ],
);
const wild = fc.array(token, { minLength: 1, maxLength: 8 }).map((tokens) => tokens.join(''));
const ordinary = fc
  .array(
    fc.constantFrom(
      'which',
      'Redis',
      'key',
      'a=b',
      '{x}',
      '50 %',
      'O(1)',
      'x:y',
      '#1',
      '~',
      '\\d',
      'é',
      'C++',
      '"q"',
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((words) => words.join(' '));

const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const share = fc.constantFrom(0, 0.5, 0.25, 0.33333, 0.07, 1e-7, 0.123456789012345);
const whole = fc.constantFrom([1], [0.5, 0.5], [0.33333, 0.33333, 0.33333], [1, -0.5, 0], [0.7, 0.3, -1]);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

function questions(
  text: fc.Arbitrary<string>,
  format: fc.Arbitrary<'plain' | 'markdown' | 'html' | undefined>,
) {
  const distinct = (minLength: number) =>
    fc.uniqueArray(text, { minLength, maxLength: 5, selector: (each) => each.normalize('NFKC').trim() });
  const base = {
    prompt: text,
    promptFormat: format,
    points: maybe(fc.integer({ min: 1, max: 100 })),
    explanation: maybe(text),
  };
  const withCredits = (credits: number[]) =>
    fc.tuple(
      ...credits.map((credit) => fc.record({ text, credit: fc.constant(credit), feedback: maybe(text) })),
    );
  const answer = { credit: maybe(share), feedback: maybe(text) };
  const full = { credit: fc.constant(1), feedback: maybe(text) };
  const number = fc
    .tuple(finite, finite.map(Math.abs), finite, fc.boolean())
    .map(([a, tolerance, b, isRange]) =>
      isRange ? { min: Math.min(a, b), max: Math.max(a, b) } : { value: a, tolerance },
    );
  const choice = (type: 'single_choice' | 'multiple_choice', credits: fc.Arbitrary<number[]>) =>
    fc.record({ ...base, type: fc.constant(type), options: credits.chain(withCredits) });
  return fc.oneof(
    choice(
      'single_choice',
      fc.array(share, { minLength: 1, maxLength: 4 }).map((rest) => [1, ...rest]),
    ),
    choice(
      'multiple_choice',
      whole.map((credits) => [...credits, 0]),
    ),
    fc.record({
      ...base,
      type: fc.constant('true_false'),
      correct: fc.boolean(),
      feedback: maybe(fc.record({ right: maybe(text), wrong: maybe(text) })),
    }),
    fc.record({
      ...base,
      type: fc.constant('short_text'),
      accepted: fc.tuple(fc.record({ ...full, text }), fc.record({ ...answer, text })),
      caseSensitive: maybe(fc.boolean()),
    }),
    fc.record({
      ...base,
      type: fc.constant('numeric'),
      accepted: fc.tuple(number, number, fc.record(full), fc.record(answer)).map(([a, b, first, second]) => [
        { ...a, ...first },
        { ...b, ...second },
      ]),
    }),
    fc.record({
      ...base,
      type: fc.constant('matching'),
      pairs: fc
        .tuple(distinct(2), text)
        .map(([lefts, right]) => lefts.map((left, at) => ({ left, right: at === 0 ? right : left }))),
      distractors: maybe(distinct(0)),
    }),
  );
}

/** Only what the rules for authors allow, as they leave it (HTML sanitised), and whose texts not only white space tells apart. */
const allowed = (candidates: fc.Arbitrary<object>): fc.Arbitrary<AuthoredQuestion> =>
  candidates
    .map((candidate) => checkQuestion(candidate))
    .filter((checked) => 'question' in checked)
    .map((checked) => checked.question)
    .filter((question) => 'question' in checkQuestion(plainQuestion(question)));

const orderings = fc.record({
  type: fc.constant('ordering'),
  prompt: wild,
  items: fc.uniqueArray(wild, {
    minLength: 2,
    maxLength: 5,
    selector: (each) => each.normalize('NFKC').trim(),
  }),
});

/** Questions of every type whose texts are full of traps. */
export const anyQuestion: fc.Arbitrary<AuthoredQuestion> = allowed(
  fc.oneof(
    { weight: 7, arbitrary: questions(wild, fc.constantFrom('plain', 'markdown', 'html', undefined)) },
    { weight: 1, arbitrary: orderings },
  ),
);

/** Questions of the types GIFT has, in prose with signs in it. */
export const ordinaryQuestion: fc.Arbitrary<AuthoredQuestion> = allowed(
  questions(ordinary, fc.constantFrom('plain', 'markdown', undefined)),
);
