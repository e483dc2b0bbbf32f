import { compare } from './agreement.mjs';
import { observe } from './observe.mjs';
import { nowMs, pause } from './time.mjs';

/** @typedef {{ observation: import('./observe.mjs').Observation, checks: import('./agreement.mjs').Check[],
 *   waitedMs: number }} Verdict */

/** Profile and boards follow within a second, 15 s at worst after a crash (contract, section 3). */
const AGREED_WITHIN_MS = 15_000;
const AGAIN_AFTER_MS = 500;

/**
 * Compares until all agree, and no longer than the contract gives them.
 * @param {import('./play-class.mjs').Pupil[]} pupils
 * @param {AbortSignal} signal
 * @returns {Promise<Verdict>}
 */
export async function checkUntilAgreed(pupils, signal) {
  const since = nowMs();
  for (;;) {
    const startedAt = nowMs();
    const observation = await observe(pupils);
    const checks = compare(observation);
    const waitedMs = startedAt - since;
    if (waitedMs > AGREED_WITHIN_MS || checks.every(({ differences }) => differences.length === 0))
      return { observation, checks, waitedMs };
    await pause(AGAIN_AFTER_MS, signal);
  }
}
