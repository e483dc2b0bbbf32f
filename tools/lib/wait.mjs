import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfInterrupted } from './interrupt.mjs';

/**
 * Asks again and again until the answer is neither null nor undefined nor false; gives up early when the user stops
 * the tool.
 * @template T
 * @param {() => Promise<T | null | undefined | false> | T | null | undefined | false} ask
 * @param {{ withinMs: number, everyMs?: number, failure: () => Error }} bound
 * @returns {Promise<T>}
 */
export async function waitFor(ask, { withinMs, everyMs = 50, failure }) {
  const until = Date.now() + withinMs;
  for (;;) {
    throwIfInterrupted();
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() >= until) throw failure();
    await sleep(everyMs);
  }
}
