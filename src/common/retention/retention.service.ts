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

  /**
   * @param stop when it is to end before all is swept
   * @returns how many rows of each kind it let go of
   */
  async sweep(stop?: AbortSignal): Promise<Record<string, number>> {
    const swept: Record<string, number> = {};
    for (const rule of this.rules) swept[rule.what] = await this.sweepOne(rule, stop);
    return swept;
  }

  private async sweepOne({ what, sweep }: RetentionRule, stop?: AbortSignal): Promise<number> {
    let swept = 0;
    try {
      for (let full = true; full && !stop?.aborted;) {
        const some = await sweep(BATCH);
        swept += some;
        full = some === BATCH;
      }
    } catch (error) {
      this.logger.warn(`Old ${what} are swept again later: ${String(error)}`);
    }
    return swept;
  }
}
