import { describe, expect, it } from '@jest/globals';
import { checkAnswers } from './check-answers.js';
import { learnerView } from './learner-view.js';
import { withIds } from './question-ids.js';
import { SAMPLE, SAMPLES } from '../../test/support/sample-questions.js';

const stored = withIds(SAMPLES);
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

function question(name: keyof typeof SAMPLE) {
  const found = stored.find(({ type }) => type === SAMPLE[name].type);
  if (!found) throw new Error(`no ${name}`);
  return learnerView(found);
}

const ids = (list: { id: string }[] | undefined) => (list ?? []).map(({ id }) => id);
const options = ids(question('single').options);
const choices = ids(question('multiple').options);
const items = ids(question('ordering').items);
const [left = '', left2 = ''] = ids(question('matching').left);
const [right = ''] = ids(question('matching').right);

function messages(name: keyof typeof SAMPLE, response: unknown): string[] {
  const found = checkAnswers(stored, [{ questionId: question(name).id, response }]);
  return found.map(({ path, message }) => `${path} ${message}`);
}

describe('checkAnswers', () => {
  it.each<[keyof typeof SAMPLE, unknown]>([
    ['single', options[0]],
    ['multiple', []],
    ['multiple', [...choices].reverse()],
    ['trueFalse', false],
    ['short', ''],
    ['short', '😀'.repeat(1_000)],
    ['numeric', -0.5],
    ['matching', {}],
    ['matching', { [left]: right }],
    ['matching', { [left]: right, [left2]: right }],
    ['ordering', items],
  ])('takes for %s %j', (name, response) => {
    expect(messages(name, response)).toEqual([]);
  });

  it.each<[keyof typeof SAMPLE, unknown]>([
    ['single', undefined],
    ['single', [options[0]]],
    ['single', UNKNOWN],
    ['single', choices[0]],
    ['multiple', choices[0]],
    ['multiple', [choices[0], choices[0]]],
    ['multiple', [UNKNOWN]],
    ['multiple', [null]],
    ['multiple', { 0: choices[0], length: 1 }],
    ['trueFalse', 'true'],
    ['trueFalse', 1],
    ['short', 5],
    ['short', 'x'.repeat(1_001)],
    ['short', 'a\0b'],
    ['short', '\udc00'],
    ['numeric', '16384'],
    ['numeric', Number.POSITIVE_INFINITY],
    ['numeric', Number.NaN],
    ['numeric', null],
    ['matching', [[left, right]]],
    ['matching', null],
    ['matching', { [UNKNOWN]: right }],
    ['matching', { [left]: UNKNOWN }],
    ['matching', { [left]: left }],
    ['matching', { [left]: [right] }],
    ['matching', JSON.parse(`{"__proto__":"${right}"}`)],
    ['matching', { toString: right }],
    ['ordering', items.slice(1)],
    ['ordering', [...items.slice(1), items[1]]],
    ['ordering', [...items, UNKNOWN]],
    ['ordering', items.join()],
  ])('refuses for %s %j', (name, response) => {
    expect(messages(name, response)).toEqual([
      expect.stringMatching(/^answers\.0\.response (must|is|names) /),
    ]);
  });

  it('names the place of unknown and repeated questions', () => {
    const { id } = question('trueFalse');
    const answers = [
      { questionId: id, response: true },
      { questionId: UNKNOWN, response: true },
      { questionId: id, response: true },
    ];
    expect(checkAnswers(stored, answers)).toEqual([
      { path: 'answers.1.questionId', message: 'is no question of this quiz' },
      { path: 'answers.2.questionId', message: 'is answered twice' },
    ]);
  });
});
