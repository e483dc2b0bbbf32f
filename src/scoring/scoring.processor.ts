import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Sweeper } from '../outbox/sweeper.js';
import type { Job, Processor } from '../queue/job.js';
import { QueueWorkers } from '../queue/queue-workers.js';
import { SCORE_QUEUE } from '../quiz/submission-intake.js';
import { ScoringRepository } from './scoring.repository.js';
import { ScoringService } from './scoring.service.js';

/** The worker's side of submissions. A job's id is the submission's and it carries nothing else. */
@Injectable()
export class ScoringProcessor implements Processor, OnApplicationBootstrap {
  readonly queue = SCORE_QUEUE;
  readonly batchSize = 100;
  readonly maxAttempts = 5;

  constructor(
    private readonly scoring: ScoringService,
    private readonly scores: ScoringRepository,
    private readonly workers: QueueWorkers,
    private readonly sweeper: Sweeper,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.register({ queue: this.queue, overdue: async (limit) => await this.overdue(limit) });
    this.workers.start(this);
  }

  async process(jobs: Job[]): Promise<Map<string, Error>> {
    return await this.scoring.score(jobs.map((job) => job.id));
  }

  async giveUp(job: Job): Promise<void> {
    await this.scoring.giveUp(job.id);
  }

  private async overdue(limit: number) {
    return (await this.scores.overdue(limit)).map((id) => ({ id, data: {} }));
  }
}
