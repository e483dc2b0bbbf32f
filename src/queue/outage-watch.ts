import type { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from './backoff.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Pauses a loop that meets an outage, longer each time up to a bound, and logs its begin and end once. */
export class OutageWatch {
  private times = 0;

  constructor(
    private readonly what: string,
    private readonly logger: Logger,
    private readonly signal: AbortSignal,
  ) {}

  /** Returns early when the loop is told to stop. */
  async pause(error: unknown): Promise<void> {
    const pauseMs = backoffMs(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, this.times);
    this.times += 1;
    // One lost connection heals by itself; the second failure in a row is worth a line.
    if (this.times === 2) this.logger.warn(`${this.what} is held up, trying on: ${String(error)}`);
    await pause(pauseMs, this.signal);
  }

  over(): void {
    if (this.times >= 2) this.logger.log(`${this.what} goes on`);
    this.times = 0;
  }
}

/** Sleeps, or returns early when the signal says so. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
