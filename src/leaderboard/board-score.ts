/**
 * A board's ZSET score holds points and the order of arrival in the 53 bits of integer that a double has:
 * `score = points × 2^k + (2^k − 1 − ordinal)`. Higher points win; among equal points the lower ordinal, which was
 * drawn first, does. It is the order of SQL's `points DESC, ordinal ASC`, and no two scores are equal.
 */
export interface ScoreLayout {
  /** k: how many of the 53 bits hold the ordinal; the rest hold the points. */
  ordinalBits: bigint;
}

/** Points to 4,194,303 (beyond it they count as that many) and ordinals to 2,147,483,647, which are renumbered in time. */
export const GLOBAL_LAYOUT: ScoreLayout = { ordinalBits: 31n };

/** Points to 65,535, more than 500 questions of 100 points, and ordinals to 137,438,953,471. */
export const QUIZ_LAYOUT: ScoreLayout = { ordinalBits: 37n };

const DOUBLE_BITS = 53n;

/** What one point adds to the score. */
export const unitOf = (layout: ScoreLayout): bigint => 1n << layout.ordinalBits;

export const maxPoints = (layout: ScoreLayout): number =>
  Number((1n << (DOUBLE_BITS - layout.ordinalBits)) - 1n);

/**
 * The score as decimal text, since not every client writes large numbers in full. An ordinal beyond the range counts as
 * the last: what comes 2^k scores after its board began is behind its equals, in no order of its own.
 * @throws RangeError for a negative ordinal or points that are no whole number
 */
export function encodeScore(layout: ScoreLayout, points: number, ordinal: bigint): string {
  const unit = unitOf(layout);
  if (ordinal < 0n) throw new RangeError(`ordinal ${ordinal} is negative`);
  if (!Number.isInteger(points) || points < 0) throw new RangeError(`points ${points} are no whole number`);
  const held = BigInt(Math.min(points, maxPoints(layout)));
  return (held * unit + (ordinal < unit ? unit - 1n - ordinal : 0n)).toString();
}

/** Points and ordinal of a score as Redis writes it. */
export function decodeScore(layout: ScoreLayout, score: string): { points: number; ordinal: bigint } {
  const unit = unitOf(layout);
  const value = scoreValue(score);
  return { points: Number(value / unit), ordinal: unit - 1n - (value % unit) };
}

/** A score of Redis as an integer; exact, because every score is one below 2^53. */
export const scoreValue = (score: string): bigint => BigInt(Number(score));
