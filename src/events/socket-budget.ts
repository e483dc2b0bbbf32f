import type { Limit } from '../config/limits.js';

const REFUSALS = 50;
const REFUSALS_WITHIN_MS = 10_000;

/**
 * How many events a socket may send: `count` at once, refilled evenly over the window (GCRA). In process memory, since
 * a socket lives on one node.
 */
export class SocketBudget {
  private readonly refusedAt: number[] = [];
  private fullAgainAt = 0;

  constructor(private readonly limit: Limit) {}

  /** Spends one event. @returns 0, or the ms until one may be spent */
  spend(nowMs: number): number {
    const windowMs = this.limit.windowSec * 1000;
    const next = Math.max(this.fullAgainAt, nowMs) + windowMs / this.limit.count;
    const waitMs = next - nowMs - windowMs;
    if (waitMs > 0) {
      this.refuse(nowMs);
      return waitMs;
    }
    this.fullAgainAt = next;
    return 0;
  }

  /** Whether it was refused 50 times in 10 s: a client that does not listen to refusals is cut. */
  isExhausted(nowMs: number): boolean {
    const first = this.refusedAt[0];
    return this.refusedAt.length === REFUSALS && first !== undefined && nowMs - first <= REFUSALS_WITHIN_MS;
  }

  private refuse(nowMs: number): void {
    this.refusedAt.push(nowMs);
    if (this.refusedAt.length > REFUSALS) this.refusedAt.shift();
  }
}
