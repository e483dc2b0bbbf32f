import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesText } from './match-text.js';
import { foldCase } from './text.js';

const insensitive = { caseSensitive: false };

describe('matchesText', () => {
  it.each([
    ['EXPIRE', 'expire'],
    ['  Sorted   Set ', 'sorted set'],
    ['sorted set', ' Sorted\t\nSet '],
    ['ﬁle', 'FILE'],
    ['é', 'e\u0301'],
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'straße'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['οδος', 'ΟΔΟΣ'],
    ['οδοσ*', 'ΟΔΟΣ ΑΘΗΝΩΝ'],
    ['*ΟΔΟΣ', 'η οδος'],
    ['ΟΔΟΣ*ΟΔΟΣ', 'οδος, οδος'],
    ['ﬃ', 'FFI'],
    ['ŉ', 'ʼN'],
    ['ᾴ', 'ΆΙ'],
    ['KIRMIZI', 'kırmızı'],
    ['*', ''],
    ['*', 'anything'],
    ['hash*', 'Hashes'],
    ['*set', 'sorted set'],
    ['s*d*t', 'sorted set'],
    ['a*b*c', 'aXbXc'],
    ['**a**', 'bab'],
    ['2*3', '2*3'],
    ['2\\*3', '2*3'],
    ['\\*', '*'],
    ['a\\b', 'a\\b'],
    ['.+', '.+'],
  ])('%p accepts %p', (accepted, response) => {
    expect(matchesText(accepted, response, insensitive)).toBe(true);
  });

  it.each([
    ['EXPIRE', 'PEXPIRE'],
    ['a', ''],
    ['a*a', 'a'],
    ['ab*ba', 'aba'],
    ['a*b*b', 'ab'],
    ['2\\*3', '2x3'],
    ['hash*', 'a hash'],
    ['.+', 'xx'],
    // A fullwidth asterisk is text, though NFKC makes an asterisk of it.
    ['2＊3', '2x3'],
  ])('%p refuses %p', (accepted, response) => {
    expect(matchesText(accepted, response, insensitive)).toBe(false);
  });

  it('tells case apart where it should', () => {
    expect(matchesText('Get', 'get', { caseSensitive: true })).toBe(false);
    expect(matchesText('Get', ' Get', { caseSensitive: true })).toBe(true);
  });

  it('does not tell case or Unicode form apart, in any script', () => {
    const letter = fc.constantFrom(...'ßẞſsςσΣİiıIǅŉΐᾳﬃΑéß\u0345\u0301\u0307');
    const unit = fc.oneof(letter, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }));
    const text = fc.string({ unit, maxLength: 8 }).map((each) => each.normalize('NFKC').replaceAll('*', ''));
    fc.assert(
      fc.property(text, text, (one, other) => {
        for (const same of [
          one.toUpperCase(),
          one.toLowerCase(),
          one.normalize('NFD'),
          one.normalize('NFKD'),
        ]) {
          expect(matchesText(one, same, insensitive)).toBe(true);
          expect(matchesText(same, one, insensitive)).toBe(true);
          expect(matchesText(`${one}-*`, `${same}-${other}`, insensitive)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('folds every character that Unicode has a case for', () => {
    for (let code = 0; code < 0x110000; code += 1) {
      const char = String.fromCodePoint(code);
      for (const other of [char.toUpperCase(), char.toLowerCase()])
        if (other !== char && foldCase(other) !== foldCase(char)) expect(char).toBe('folded');
    }
  });

  it('agrees with the obvious regular expression', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(piece, word, (accepted, response) => {
        const expected = new RegExp(`^${accepted.replaceAll('*', '.*')}$`).test(response);
        expect(matchesText(accepted, response, insensitive)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not blow up on the worst of patterns', () => {
    const start = performance.now();
    expect(matchesText('a*'.repeat(500) + 'b', 'a'.repeat(1_000), insensitive)).toBe(false);
    expect(matchesText(`*${'a'.repeat(490)}b*`, 'a'.repeat(1_000), insensitive)).toBe(false);
    expect(performance.now() - start).toBeLessThan(200);
  });
});
