import { Injectable, Logger } from '@nestjs/common';

const BATCH = 1_000;

/** Rows that only serve a while. */
export interface RetentionRule {
  /** For the log: `idempotency keys`. */
  what: string;
  /** Deletes rows past their time, at most `limit`; returns how many. */
  sweep: (limit: number) => Promise<number>;
}

/** Knows which rows only serve a while; the worker lets go of them, in batches. */
@Injectable()
export class Retention {
  private readonly logger = new Logger(Retention.name);
  private readonly rules: RetentionRule[] = [];

  register(rule: RetentionRule): void {
    this.rules.push(rule);
  }

  /** @param stop when it is to end before all is swept */
  async sweep(stop?: AbortSignal): Promise<void> {
    for (const rule of this.rules) await this.sweepOne(rule, stop);
  }

  private async sweepOne({ what, sweep }: RetentionRule, stop?: AbortSignal): Promise<void> {
    try {
      while (!stop?.aborted && (await sweep(BATCH)) === BATCH);
    } catch (error) {
      this.logger.warn(`Old ${what} are swept again later: ${String(error)}`);
    }
  }
}
