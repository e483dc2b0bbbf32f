import { Injectable } from '@nestjs/common';
import { Retention } from '../../common/retention/retention.service.js';
import type { NoData } from '../../jobs/job-kind.js';
import { OnGivenUp, OnJobs, OnRevived, OverdueJobs, type JobContext } from '../../jobs/on-job.decorators.js';
import type { Job, JobInput } from '../../queue/job.js';
import { readImport } from './import.jobs.js';
import { ImportRepository } from './import.repository.js';
import { LargeImports } from './large-imports.service.js';

/** The worker's side of large imports. */
@Injectable()
export class ImportProcessor {
  constructor(
    private readonly imports: LargeImports,
    private readonly rows: ImportRepository,
    retention: Retention,
  ) {
    retention.register({ what: 'imports', sweep: async (limit) => await rows.sweep(limit) });
  }

  @OnJobs(readImport)
  async read(jobs: Job<NoData>[], { progress }: JobContext): Promise<Map<string, Error>> {
    for (const { id } of jobs) await this.imports.run(id, progress);
    return new Map();
  }

  @OnGivenUp(readImport)
  async giveUp({ id }: Job<NoData>, error: Error): Promise<void> {
    await this.imports.giveUp(id, error);
  }

  @OnRevived(readImport)
  async revive({ id }: Job<NoData>): Promise<void> {
    await this.rows.renew(id);
  }

  @OverdueJobs(readImport)
  async overdue(afterId: string, limit: number): Promise<JobInput[]> {
    return (await this.rows.overdue(afterId, limit)).map((id) => ({ id, data: {} }));
  }
}
