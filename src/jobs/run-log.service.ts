import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';

/** Longer than between two runs of anything that is told here. */
const KEPT_SEC = 8 * 24 * 3600;

/** How much of what a run did, such as `{ dormant: 12 }`. */
export type Figures = Record<string, number>;

/** `stopped`: the process ended before it was done. */
export type RunOutcome = 'done' | 'stopped' | 'failed';

/** The last run of work that comes round. */
export interface Run {
  /** When it began, in ms, by the clock of Redis. */
  atMs: number;
  durationMs: number;
  outcome: RunOutcome;
  done: Figures;
}

/** Tells what work that comes round did last, in whichever process. */
@Injectable()
export class RunLog {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  /** Does the work and notes how it went. @throws what the work throws */
  async run(name: string, work: () => Promise<Figures>, stop?: AbortSignal): Promise<void> {
    const [atMs, began] = [await this.nowMs(), performance.now()];
    const note = async (outcome: RunOutcome, done: Figures) => {
      await this.write(name, { atMs, durationMs: Math.round(performance.now() - began), outcome, done });
    };
    try {
      const done = await work();
      await note(stop?.aborted ? 'stopped' : 'done', done);
    } catch (error) {
      await note('failed', {});
      throw error;
    }
  }

  /** The last run of each, by name; nothing of one that never ran, or whose Redis was emptied. */
  async all(): Promise<Map<string, Run>> {
    const fields = await this.redis.hgetall(keys.jobs.runs('all'));
    return new Map(Object.entries(fields).map(([name, text]) => [name, JSON.parse(text) as Run]));
  }

  /** The clock that runs are told by. */
  async nowMs(): Promise<number> {
    const [seconds, micros] = await this.redis.time();
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  }

  private async write(name: string, run: Run): Promise<void> {
    const key = keys.jobs.runs('all');
    const replies = await this.redis
      .multi()
      .hset(key, name, JSON.stringify(run))
      .expire(key, KEPT_SEC)
      .exec();
    for (const [error] of replies ?? []) if (error) throw error;
  }
}
