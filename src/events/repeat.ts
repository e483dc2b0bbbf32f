export interface Repeating {
  stop(): void;
}

/** Does the work every so often, never twice at once. The work must not throw. */
export function every(intervalMs: number, work: () => Promise<void>): Repeating {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void work().finally(() => (busy = false));
  }, intervalMs);
  return { stop: () => clearInterval(timer) };
}
