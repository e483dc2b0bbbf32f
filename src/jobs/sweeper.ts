import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Queues } from '../queue/queues.service.js';
import { Outbox, type Owed } from './outbox.service.js';

const EVERY_MS = 1_000;
const BATCH = 2_000;
/** Below every id. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Tells promises that are over 5 s old, in the order of their ids. */
export type Owing = (afterId: string, limit: number) => Promise<Owed[]>;

/**
 * Puts back the jobs that Redis lost or never got. A job that is there already is left alone, so it does not matter
 * how often, or in how many processes, it sweeps.
 */
@Injectable()
export class Sweeper {
  private readonly logger = new Logger(Sweeper.name);
  private readonly sources: { owing: Owing; afterId: string }[];
  private sweeping = false;

  constructor(
    private readonly queues: Queues,
    outbox: Outbox,
  ) {
    this.sources = [{ owing: async (...page) => await outbox.overdue(...page), afterId: FIRST }];
  }

  register(owing: Owing): void {
    this.sources.push({ owing, afterId: FIRST });
  }

  @Interval(EVERY_MS)
  async sweep(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    try {
      for (const source of this.sources) source.afterId = await this.sweepPage(source);
    } finally {
      this.sweeping = false;
    }
  }

  /** One page a round, from where the last one ended: none hides behind many that have their job. */
  private async sweepPage({ owing, afterId }: { owing: Owing; afterId: string }): Promise<string> {
    try {
      const owed = await owing(afterId, BATCH);
      for (const [queue, jobs] of byQueue(owed)) {
        const put = await this.queues.enqueue(queue, jobs);
        if (put > 0) this.logger.warn(`Put back ${put} jobs of ${queue}`);
      }
      return owed.length === BATCH ? (owed.at(-1)?.job.id ?? FIRST) : FIRST;
    } catch (error) {
      this.logger.warn(`What is promised is swept again in a second: ${String(error)}`);
      return afterId;
    }
  }
}

function byQueue(owed: Owed[]): Map<string, Owed['job'][]> {
  const queues = new Map<string, Owed['job'][]>();
  for (const { queue, job } of owed) queues.set(queue, [...(queues.get(queue) ?? []), job]);
  return queues;
}
