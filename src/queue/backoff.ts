/**
 * Exponential backoff with jitter over its upper half, so that jobs that failed together do not return together.
 * @param times how often it failed before
 */
export function backoffMs(baseMs: number, capMs: number, times: number, random = Math.random): number {
  const fullMs = Math.min(capMs, baseMs * 2 ** Math.min(times, 30));
  return Math.ceil(fullMs * (0.5 + random() / 2));
}
