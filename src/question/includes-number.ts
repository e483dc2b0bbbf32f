import type { AcceptedNumber } from './question.types.js';

/** How far from a bound binary fractions may lead, in parts of the larger number: a few units in the last place. */
const SLACK = 4 * Number.EPSILON;

/**
 * Whether a number is one an author accepts; bounds belong to the range. What binary fractions cannot express is forgiven
 * (0.1 + 0.2 is within 0.3), at each bound by the size of that bound and the response alone. Whole numbers are exact, so
 * that among them nothing is forgiven, nor beside a whole value without a tolerance.
 */
export function includesNumber(
  { value, tolerance = 0, min, max }: AcceptedNumber,
  response: number,
): boolean {
  if (value === undefined)
    return min !== undefined && max !== undefined && atMost(min, response) && atMost(response, max);
  if (Number.isInteger(value) && tolerance === 0) return response === value;
  if ([value, tolerance, response].every(Number.isInteger)) return isWithin(value, tolerance, response);
  return atMost(value - tolerance, response) && atMost(response, value + tolerance);
}

function atMost(lower: number, upper: number): boolean {
  if (lower <= upper) return true;
  if (Number.isInteger(lower) && Number.isInteger(upper)) return false;
  return lower - upper <= SLACK * Math.max(Math.abs(lower), Math.abs(upper));
}

/** Of whole numbers, however large: beyond 2^53 their sums and differences would be rounded. */
function isWithin(value: number, tolerance: number, response: number): boolean {
  const distance = BigInt(response) - BigInt(value);
  return (distance < 0n ? -distance : distance) <= BigInt(tolerance);
}
