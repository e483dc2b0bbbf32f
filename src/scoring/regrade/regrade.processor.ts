import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Sweeper } from '../../outbox/sweeper.js';
import type { Job, Processor } from '../../queue/job.js';
import { QueueWorkers } from '../../queue/queue-workers.js';
import { RegradeRepository } from './regrade.repository.js';
import { REGRADE_QUEUE } from './regrade.service.js';
import { Regrader } from './regrader.js';

/** The worker's side of regrades: one quiz at a time. */
@Injectable()
export class RegradeProcessor implements Processor, OnApplicationBootstrap {
  readonly queue = REGRADE_QUEUE;
  readonly batchSize = 1;
  readonly maxAttempts = 5;

  constructor(
    private readonly regrader: Regrader,
    private readonly rows: RegradeRepository,
    private readonly workers: QueueWorkers,
    private readonly sweeper: Sweeper,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.register({ queue: this.queue, overdue: async (limit) => await this.overdue(limit) });
    this.workers.start(this);
  }

  async process(jobs: Job[]): Promise<void> {
    for (const { id } of jobs) await this.regrader.run(id);
  }

  async giveUp(job: Job): Promise<void> {
    await this.regrader.giveUp(job.id);
  }

  private async overdue(limit: number) {
    return (await this.rows.overdue(limit)).map((id) => ({ id, data: {} }));
  }
}
