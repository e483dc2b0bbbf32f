import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { pass, refusal } from '../../../test/support/body.js';
import { type AnswerDto, AnswerList } from './answer.dto.js';

class SubmissionBody {
  @AnswerList()
  answers: AnswerDto[];
}

describe('the answers of a request body', () => {
  const id = '01890a5d-ac96-774b-bcce-b302099a8057';

  it.each([true, 0, '', [], { a: 'b' }])('takes a response of any shape: %p', async (response) => {
    const body = await pass(SubmissionBody, JSON.stringify({ answers: [{ questionId: id, response }] }));
    expect((body as SubmissionBody).answers).toEqual([{ questionId: id, response }]);
  });

  it('keeps a response as it came', async () => {
    const sent = `{"answers":[{"questionId":"${id}","response":{"valueOf":5,"a":{"then":[null]}}}]}`;
    const body = (await pass(SubmissionBody, sent)) as SubmissionBody;
    expect(JSON.stringify(body)).toBe(sent);
  });

  it.each([
    ['null', [null], 'answers.0: must be an object'],
    ['no response', [{ questionId: id }], 'answers.0.response: '],
    ['a null response', [{ questionId: id, response: null }], 'answers.0.response: '],
    ['a bad id', [{ questionId: 'x', response: 1 }], 'answers.0.questionId: '],
    [
      'another field',
      [{ questionId: id, response: 1, credit: 1 }],
      'answers.0.credit: property credit should not exist',
    ],
    ['no list', 'x', 'answers: answers must be an array'],
  ])('refuses %s with its path', async (_name, answers, expected) => {
    const errors = await refusal(SubmissionBody, JSON.stringify({ answers }));
    expect(errors.filter((error) => error.startsWith(expected))).not.toEqual([]);
  });
});
