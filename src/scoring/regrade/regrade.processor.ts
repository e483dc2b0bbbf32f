import { Injectable } from '@nestjs/common';
import type { NoData } from '../../jobs/job-kind.js';
import { OnGivenUp, OnJobs, OnRevived, OverdueJobs } from '../../jobs/on-job.decorators.js';
import type { Job, JobInput } from '../../queue/job.js';
import { applyRegrade } from './regrade.jobs.js';
import { RegradeRepository } from './regrade.repository.js';
import { Regrader } from './regrader.js';

/** The worker's side of regrades. */
@Injectable()
export class RegradeProcessor {
  constructor(
    private readonly regrader: Regrader,
    private readonly rows: RegradeRepository,
  ) {}

  @OnJobs(applyRegrade)
  async apply(jobs: Job<NoData>[]): Promise<Map<string, Error>> {
    for (const { id } of jobs) await this.regrader.run(id);
    return new Map();
  }

  @OnGivenUp(applyRegrade)
  async giveUp({ id }: Job<NoData>): Promise<void> {
    await this.regrader.giveUp(id);
  }

  @OnRevived(applyRegrade)
  async revive({ id }: Job<NoData>): Promise<void> {
    await this.rows.renew(id);
  }

  @OverdueJobs(applyRegrade)
  async overdue(afterId: string, limit: number): Promise<JobInput[]> {
    return (await this.rows.overdue(afterId, limit)).map((id) => ({ id, data: {} }));
  }
}
