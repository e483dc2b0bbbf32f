import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Retention } from '../../common/retention/retention.service.js';
import { Sweeper } from '../../outbox/sweeper.js';
import type { Job, Processor } from '../../queue/job.js';
import { QueueWorkers } from '../../queue/queue-workers.js';
import { ImportRepository } from './import.repository.js';
import { IMPORT_QUEUE, LargeImports } from './large-imports.service.js';

/** The worker's side of large imports: one file at a time, so that memory is bounded. */
@Injectable()
export class ImportProcessor implements Processor, OnApplicationBootstrap {
  readonly queue = IMPORT_QUEUE;
  readonly batchSize = 1;
  readonly maxAttempts = 3;

  constructor(
    private readonly imports: LargeImports,
    private readonly rows: ImportRepository,
    private readonly workers: QueueWorkers,
    private readonly sweeper: Sweeper,
    retention: Retention,
  ) {
    retention.register({ what: 'imports', sweep: async (limit) => await rows.sweep(limit) });
  }

  onApplicationBootstrap(): void {
    this.sweeper.register({ queue: this.queue, overdue: async (limit) => await this.overdue(limit) });
    this.workers.start(this);
  }

  async process(jobs: Job[]): Promise<void> {
    for (const { id } of jobs) await this.imports.run(id);
  }

  async giveUp(job: Job): Promise<void> {
    await this.imports.giveUp(job.id);
  }

  private async overdue(limit: number) {
    return (await this.rows.overdue(limit)).map((id) => ({ id, data: {} }));
  }
}
