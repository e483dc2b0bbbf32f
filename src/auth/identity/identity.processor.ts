import { Injectable } from '@nestjs/common';
import { OnJob } from '../../jobs/on-job.decorators.js';
import type { Job } from '../../queue/job.js';
import { IdentityFollower } from './identity-follower.service.js';
import { followIdentity, type FollowIdentity } from './identity.jobs.js';

/** The worker's side: what an API process could not do after its commit. */
@Injectable()
export class IdentityProcessor {
  constructor(private readonly follower: IdentityFollower) {}

  @OnJob(followIdentity)
  async follow({ data }: Job<FollowIdentity>): Promise<void> {
    await this.follower.follow(data.userId);
  }
}
