/** Chance that a seed repeats: what a learner knows, chooses and in which order. */

/** @typedef {() => number} Random 0 ≤ x < 1 */

/**
 * Mulberry32 (Tommy Ettinger, public domain).
 * @param {number} seed
 * @returns {Random}
 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {Random} random
 * @returns {T[]} a new list in random order
 */
export function shuffled(list, random) {
  const pool = [...list];
  return list.flatMap(() => pool.splice(Math.floor(random() * pool.length), 1));
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {Random} random
 * @returns {T | undefined}
 */
export const pick = (list, random) => list[Math.floor(random() * list.length)];
