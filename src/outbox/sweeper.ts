import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { JobInput } from '../queue/job.js';
import { Queues } from '../queue/queues.service.js';

const EVERY_MS = 1_000;
const BATCH = 2_000;

/** Rows that promise a job of a queue: those over 5 s old that are not done yet, oldest first. */
export interface SweptRows {
  queue: string;
  overdue: (limit: number) => Promise<JobInput[]>;
}

/**
 * Puts back the jobs that Redis lost or never got. A job that is there already is left alone, so it does not matter
 * how often, or in how many processes, it sweeps.
 */
@Injectable()
export class Sweeper {
  private readonly logger = new Logger(Sweeper.name);
  private readonly sources: SweptRows[] = [];
  private sweeping = false;

  constructor(private readonly queues: Queues) {}

  register(source: SweptRows): void {
    this.sources.push(source);
  }

  @Interval(EVERY_MS)
  async sweep(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    try {
      for (const source of this.sources) await this.sweepOne(source);
    } finally {
      this.sweeping = false;
    }
  }

  private async sweepOne(source: SweptRows): Promise<void> {
    try {
      const jobs = await source.overdue(BATCH);
      const put = jobs.length === 0 ? 0 : await this.queues.enqueue(source.queue, jobs);
      if (put > 0) this.logger.warn(`Put back ${put} jobs of ${source.queue}`);
    } catch (error) {
      this.logger.warn(`${source.queue} is swept again in a second: ${String(error)}`);
    }
  }
}
