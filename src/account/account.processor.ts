import { Injectable } from '@nestjs/common';
import { OnJob } from '../jobs/on-job.decorators.js';
import type { Job } from '../queue/job.js';
import { AccountFollower } from './account-follower.service.js';
import { followAccount, type FollowAccount } from './account.jobs.js';

/** The worker's side: what an API process could not do after its commit. */
@Injectable()
export class AccountProcessor {
  constructor(private readonly follower: AccountFollower) {}

  @OnJob(followAccount)
  async follow({ data }: Job<FollowAccount>): Promise<void> {
    await this.follower.follow(data.userId);
  }
}
