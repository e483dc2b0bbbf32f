import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { IsUUID, validateOrReject } from 'class-validator';
import { Outbox } from '../outbox/outbox.service.js';
import { Sweeper } from '../outbox/sweeper.js';
import type { Job, Processor } from '../queue/job.js';
import { QueueWorkers } from '../queue/queue-workers.js';
import { AccountFollower } from './account-follower.service.js';
import { ACCOUNT_QUEUE } from './account.jobs.js';

class FollowJob {
  @IsUUID()
  userId: string;
}

/** The worker's side: what an API process could not do after its commit. */
@Injectable()
export class AccountProcessor implements Processor, OnApplicationBootstrap {
  readonly queue = ACCOUNT_QUEUE;
  readonly batchSize = 10;
  readonly maxAttempts = 8;

  constructor(
    private readonly follower: AccountFollower,
    private readonly outbox: Outbox,
    private readonly workers: QueueWorkers,
    private readonly sweeper: Sweeper,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeper.register({
      queue: this.queue,
      overdue: async (limit) => await this.outbox.overdue(this.queue, limit),
    });
    this.workers.start(this);
  }

  async process(jobs: Job[]): Promise<void> {
    for (const job of jobs) {
      const wanted = plainToInstance(FollowJob, job.data);
      await validateOrReject(wanted);
      await this.follower.follow(wanted.userId);
      await this.outbox.settle([job.id]);
    }
  }

  /** The promise stands: the row stays, and the job comes back when its failure has been forgotten. */
  async giveUp(): Promise<void> {
    await Promise.resolve();
  }
}
