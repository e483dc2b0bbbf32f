import { describe, expect, it } from '@jest/globals';
import { mentionsIn } from './mentions.js';

describe('mentions', () => {
  it.each([
    ['@anna', ['anna']],
    ['Look, @anna!', ['anna']],
    ['(@anna, @bela_2)', ['anna', 'bela_2']],
    ['@Anna and @anna', ['anna']],
    ['thank you @anna.', ['anna']],
    ['@anna @bela\n@cleo', ['anna', 'bela', 'cleo']],
    ['anna@example.org', []],
    ['mail me: a.b@anna.org', []],
    ['@@anna', []],
    ['@an', []],
    [`@${'a'.repeat(31)}`, []],
    ['@anna@social.example', []],
    ['no one', []],
  ])('in %j', (text, names) => {
    expect(mentionsIn(text)).toEqual(names);
  });
});
