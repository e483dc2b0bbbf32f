import { Injectable } from '@nestjs/common';
import { OnJob } from '../jobs/on-job.decorators.js';
import type { Job } from '../queue/job.js';
import { followDormant, type FollowDormant } from './dormancy.jobs.js';
import { DormancyFollower } from './dormancy-follower.service.js';

/** The worker's side: what a sweep could not do after its commit. */
@Injectable()
export class DormancyProcessor {
  constructor(private readonly follower: DormancyFollower) {}

  @OnJob(followDormant)
  async follow({ data }: Job<FollowDormant>): Promise<void> {
    await this.follower.follow(data.userIds.split(','));
  }
}
