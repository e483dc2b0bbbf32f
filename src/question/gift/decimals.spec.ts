import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { percentOf, plainDecimal } from './decimals.js';

describe('plainDecimal', () => {
  it.each([
    [0, '0'],
    [-0.5, '-0.5'],
    [1e-7, '0.0000001'],
    [1.25e21, '1250000000000000000000'],
    [16384, '16384'],
  ])('%d is %s', (value, text) => {
    expect(plainDecimal(value)).toBe(text);
  });

  it('reads back as the same number, without an exponent', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = plainDecimal(value);
        expect(text).toMatch(/^-?\d+(\.\d*[1-9])?$/);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('percentOf', () => {
  it.each([
    [0.07, '7'],
    [0.33333, '33.333'],
    [-1, '-100'],
    [1, '100'],
    [0, '0'],
    [1e-7, '0.00001'],
  ])('%d is %s %%', (credit, text) => {
    expect(percentOf(credit)).toBe(text);
  });
});
