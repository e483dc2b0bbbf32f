import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { includesNumber } from './includes-number.js';
import type { AcceptedNumber } from './question.types.js';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
/** Such as an author types: digits with a few places. */
const decimals = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom(0, 1, 2, 3, 6));
const whole = fc.oneof(fc.integer(), fc.maxSafeInteger(), finite).map(Math.round).filter(Number.isFinite);

describe('the numbers an answer includes', () => {
  it.each<[AcceptedNumber, number]>([
    [{ value: 0.3 }, 0.1 + 0.2],
    [{ min: 0, max: 0.3 }, 0.1 + 0.2],
    [{ value: 0.1, tolerance: 0.2 }, 0.3],
    [{ value: 1, tolerance: 0.1 }, 1.1],
    [{ value: 1, tolerance: 0.1 }, 0.9],
    [{ value: -0.1, tolerance: 0.2 }, 0.1],
    [{ value: 1e15, tolerance: 1 }, 1e15 + 1],
    [{ value: 2 ** 53 }, 2 ** 53],
    [{ value: 0 }, -0],
    [{ value: 1e308, tolerance: 1.5e308 }, 1.7e308],
    [{ min: -1e300, max: 5 }, -1e300],
    [{ min: -1e300, max: 5 }, 5],
    [{ min: 2.5, max: 2.5 }, 2.5],
  ])('%j includes %d', (accepted, response) => {
    expect(includesNumber(accepted, response)).toBe(true);
  });

  it.each<[AcceptedNumber, number]>([
    [{ value: 2 ** 53 }, 2 ** 53 - 7],
    [{ value: 2 ** 53 }, 2 ** 53 - 1],
    [{ value: 2 ** 53 + 2, tolerance: 1 }, 2 ** 53 + 4],
    [{ value: 2 ** 60, tolerance: 2 ** 60 }, -1],
    [{ value: 1e16, tolerance: 2 }, 1e16 + 4],
    [{ value: 3 }, 3 + 2 ** -51],
    [{ min: -1e15, max: 0 }, 0.8],
    [{ min: -1e15, max: 0 }, 5e-324],
    [{ min: -1e300, max: 5 }, 1e200],
    [{ min: -1e300, max: 5 }, 5.000001],
    [{ min: 5, max: 1e300 }, 4.999999],
    [{ min: 1, max: 1e16 }, 1e16 + 4],
    [{ value: 0.3 }, 0.3000001],
    [{ value: 0, tolerance: 1e-9 }, 1.0001e-9],
    [{ value: 1e-300 }, 0],
    [{ min: 1 }, 1],
    [{}, 0],
  ])('%j does not include %d', (accepted, response) => {
    expect(includesNumber(accepted, response)).toBe(false);
  });

  it('are those of school arithmetic, where they are written in a few digits', () => {
    fc.assert(
      fc.property(
        decimals,
        fc.nat(1_000),
        fc.integer({ min: -1_200, max: 1_200 }),
        (number, spread, away) => {
          const [units, places] = number;
          const as = (count: number) => Number(`${count}e-${places}`);
          const isWithin = Math.abs(away) <= spread;
          const response = as(units + away);
          expect(includesNumber({ value: as(units), tolerance: as(spread) }, response)).toBe(isWithin);
          expect(includesNumber({ min: as(units - spread), max: as(units + spread) }, response)).toBe(
            isWithin,
          );
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('are exact among whole numbers of any size', () => {
    fc.assert(
      fc.property(
        whole,
        whole.map(Math.abs),
        whole,
        fc.integer({ min: -3, max: 3 }),
        (value, tolerance, far, ulps) => {
          const near = value + ulps * Math.max(1, Math.abs(value) * Number.EPSILON);
          for (const response of [far, Math.round(near)]) {
            if (!Number.isFinite(response)) continue;
            const distance = BigInt(response) - BigInt(value);
            const isWithin = distance <= BigInt(tolerance) && -distance <= BigInt(tolerance);
            expect(includesNumber({ value, tolerance }, response)).toBe(isWithin);
            expect(includesNumber({ value }, response)).toBe(response === value);
            expect(includesNumber({ min: -tolerance, max: tolerance }, response)).toBe(
              Math.abs(response) <= tolerance,
            );
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('are never beyond a bound by more than a few units in the last place of the two', () => {
    fc.assert(
      fc.property(finite, finite, finite, (a, b, response) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const beyond = Math.max(min - response, response - max);
        const bound = response > max ? max : min;
        const few = 8 * Number.EPSILON * Math.max(Math.abs(bound), Math.abs(response));
        const included = includesNumber({ min, max }, response);
        if (beyond <= 0) expect(included).toBe(true);
        else if (beyond > few) expect(included).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });
});
