/** @typedef {{ count: number, p50: number, p95: number, p99: number, max: number }} Percentiles in milliseconds */

/**
 * Nearest rank: each is a value that was measured.
 * @param {number[]} values
 * @returns {Percentiles | null} null when nothing was measured
 */
export function percentiles(values) {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
