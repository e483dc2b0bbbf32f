import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeScore, encodeScore, GLOBAL_LAYOUT as layout, maxPoints, unitOf } from './board-score.js';

const points = fc.integer({ min: 0, max: maxPoints(layout) });
const ordinal = fc.bigInt({ min: 0n, max: unitOf(layout) - 1n });

describe('board scores', () => {
  it('documents its ranges truly', () => {
    expect(maxPoints(layout)).toBe(4_194_303);
    expect(unitOf(layout) - 1n).toBe(2_147_483_647n);
    expect(BigInt(encodeScore(layout, maxPoints(layout), 0n))).toBe(BigInt(Number.MAX_SAFE_INTEGER));
  });

  it('gives back what it was given, through a double', () => {
    fc.assert(
      fc.property(points, ordinal, (p, o) => {
        const score = encodeScore(layout, p, o);
        expect(BigInt(Number(score)).toString()).toBe(score);
        expect(decodeScore(layout, score)).toEqual({ points: p, ordinal: o });
      }),
    );
  });

  it('orders as points DESC, ordinal ASC do', () => {
    fc.assert(
      fc.property(points, ordinal, points, ordinal, (p, o, q, r) => {
        const isAhead = p > q || (p === q && o < r);
        expect(Number(encodeScore(layout, p, o)) > Number(encodeScore(layout, q, r))).toBe(isAhead);
      }),
    );
  });

  it('counts points beyond the range as the most it holds', () => {
    expect(decodeScore(layout, encodeScore(layout, 2_000_000_000, 7n))).toEqual({
      points: 4_194_303,
      ordinal: 7n,
    });
  });

  it('counts an ordinal beyond the range as the last', () => {
    expect(encodeScore(layout, 5, unitOf(layout) + 3n)).toBe(encodeScore(layout, 5, unitOf(layout) - 1n));
  });

  it('refuses a negative ordinal', () => {
    expect(() => encodeScore(layout, 1, -1n)).toThrow(RangeError);
  });

  it.each([-1, 1.5, Number.NaN])('refuses %s points', (bad) => {
    expect(() => encodeScore(layout, bad, 1n)).toThrow(RangeError);
  });
});
