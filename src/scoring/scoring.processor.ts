import { Injectable } from '@nestjs/common';
import type { NoData } from '../jobs/job-kind.js';
import { OnGivenUp, OnJobs, OnRevived, OverdueJobs } from '../jobs/on-job.decorators.js';
import type { Job, JobInput } from '../queue/job.js';
import { scoreSubmission } from '../quiz/submission.jobs.js';
import { ScoringRepository } from './scoring.repository.js';
import { ScoringService } from './scoring.service.js';

/** The worker's side of submissions. */
@Injectable()
export class ScoringProcessor {
  constructor(
    private readonly scoring: ScoringService,
    private readonly scores: ScoringRepository,
  ) {}

  @OnJobs(scoreSubmission)
  async score(jobs: Job<NoData>[]): Promise<Map<string, Error>> {
    return await this.scoring.score(jobs.map((job) => job.id));
  }

  @OnGivenUp(scoreSubmission)
  async giveUp({ id }: Job<NoData>): Promise<void> {
    await this.scores.fail(id);
  }

  @OnRevived(scoreSubmission)
  async revive({ id }: Job<NoData>): Promise<void> {
    await this.scores.requeue(id);
  }

  @OverdueJobs(scoreSubmission)
  async overdue(afterId: string, limit: number): Promise<JobInput[]> {
    return (await this.scores.overdue(afterId, limit)).map((id) => ({ id, data: {} }));
  }
}
