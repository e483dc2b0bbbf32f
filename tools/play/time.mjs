import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds since 1970 by this machine's clock, finer than Date.now() and never going back. */
export const nowMs = () => performance.timeOrigin + performance.now();

/**
 * @param {number} ms
 * @param {AbortSignal} signal ends the wait with an error
 */
export const pause = (ms, signal) => sleep(ms, undefined, { signal });

/**
 * Does something to each of a list, at most `width` at once.
 * @template T, R
 * @param {readonly T[]} list
 * @param {number} width
 * @param {(one: T) => Promise<R>} work
 * @returns {Promise<R[]>} in the order of the list; the first error ends it
 */
export async function eachOf(list, width, work) {
  const results = Array.from({ length: list.length });
  let next = 0;
  const hand = async () => {
    while (next < list.length) {
      const index = next++;
      results[index] = await work(list[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, list.length) }, hand));
  return /** @type {R[]} */ (results);
}
