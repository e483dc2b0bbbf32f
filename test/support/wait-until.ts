import { setTimeout as sleep } from 'node:timers/promises';

/** Between two looks, which take from the processor what the others wait for: the longer it lasts, the fewer. */
const LEAST_MS = 10;
const MOST_MS = 50;

/**
 * Waits for a condition instead of sleeping.
 * @throws Error naming what did not come true within `withinMs`
 */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const startedAt = Date.now();
  while (!(await condition())) {
    const waitedMs = Date.now() - startedAt;
    if (waitedMs > withinMs) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await sleep(Math.min(MOST_MS, LEAST_MS + waitedMs / 20));
  }
}
