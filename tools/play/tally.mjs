/** What has happened so far: for the progress line and the report. */
export class Tally {
  accepted = 0;
  scored = 0;
  /** `submission.scored` that reached a watcher. */
  events = 0;
  /** Answers 429 and 503 whose Retry-After was waited for. */
  obeyed = { 429: 0, 503: 0 };
  /** Requests without an answer that were sent again. */
  lost = 0;
  /** @type {Set<number>} when each of those who wait now may go on, in ms since 1970 */
  #waits = new Set();

  /**
   * @param {429 | 503} status
   * @param {number} seconds
   * @param {() => Promise<unknown>} wait
   */
  async waiting(status, seconds, wait) {
    // Unique, so that each wait is one entry.
    let until = Date.now() + seconds * 1000;
    while (this.#waits.has(until)) until += 0.001;
    this.obeyed[status] += 1;
    this.#waits.add(until);
    try {
      await wait();
    } finally {
      this.#waits.delete(until);
    }
  }

  /** @returns {{ count: number, nextInSec: number }} */
  get waits() {
    const next = Math.min(...this.#waits);
    return {
      count: this.#waits.size,
      nextInSec: this.#waits.size === 0 ? 0 : Math.max(0, Math.ceil((next - Date.now()) / 1000)),
    };
  }
}
