/** Lets one wait for something by its name. */
export class Arrivals {
  #arrived = new Set();
  /** @type {Map<string, Set<() => void>>} */
  #waiting = new Map();

  announce(name) {
    this.#arrived.add(name);
    for (const wake of this.#waiting.get(name) ?? []) wake();
  }

  /**
   * @param {string} name
   * @param {number} withinMs
   * @param {AbortSignal} signal ends the wait with an error
   * @returns {Promise<boolean>} whether it came in time
   */
  async wait(name, withinMs, signal) {
    signal.throwIfAborted();
    if (this.#arrived.has(name)) return true;
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting);
    let wake = () => undefined;
    const woken = new Promise((resolve) => (wake = () => resolve(undefined)));
    const timer = setTimeout(wake, withinMs);
    waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    await woken;
    clearTimeout(timer);
    waiting.delete(wake);
    signal.removeEventListener('abort', wake);
    signal.throwIfAborted();
    return this.#arrived.has(name);
  }
}
