import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { pass, refusal } from '../../test/support/body.js';
import { ListQuizzesQuery, WriteQuizDto } from './quiz.dto.js';

const questions = [{ type: 'true_false', prompt: 'So?', correct: true }];
const quiz = (more: object) => JSON.stringify({ title: 'T', questions, ...more });

describe('titles and tags', () => {
  it.each([
    [' spaced ', 'spaced'],
    ['two\t \nwords', 'two words'],
    ['\u00a0e\u0301te\u0301\u3000', 'été'],
    ['Größe', 'Größe'],
    ['Ångström'.normalize('NFD'), 'Ångström'.normalize('NFC')],
  ])('are kept and looked for in one form: %j is %j', async (sent, kept) => {
    expect(await pass(WriteQuizDto, quiz({ title: sent, tags: [sent] }))).toMatchObject({
      title: kept,
      tags: [kept],
    });
    expect(await pass(ListQuizzesQuery, JSON.stringify({ q: sent, tag: sent }))).toMatchObject({
      q: kept,
      tag: kept,
    });
  });

  it.each<[unknown, string]>([
    [[' \t'], 'tags: each value in tags must be longer than or equal to 1'],
    [['a', ' a'], "tags: All tags's elements must be unique"],
    [['é', 'e\u0301'], "tags: All tags's elements must be unique"],
    [[1], 'tags: each value in tags must be a string'],
    [['x'.repeat(41)], 'tags: each value in tags must be'],
  ])('are refused by name: %j', async (tags, message) => {
    const errors = await refusal(WriteQuizDto, quiz({ tags }));
    expect(errors.filter((error) => error.startsWith(message))).not.toEqual([]);
  });

  it('may be of 40 letters, and white space around them', async () => {
    expect(await refusal(WriteQuizDto, quiz({ tags: [` ${'x'.repeat(40)} `] }))).toEqual([]);
    expect(await refusal(WriteQuizDto, quiz({ title: ' ' }))).not.toEqual([]);
  });
});
