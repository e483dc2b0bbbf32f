import { Injectable } from '@nestjs/common';
import { OnJob } from '../jobs/on-job.decorators.js';
import { BoardService } from '../leaderboard/board.service.js';
import type { Job } from '../queue/job.js';
import { followMembership, type FollowMembership } from './chat.jobs.js';
import { TopicRights } from './topic-rights.service.js';

/** The worker's side of who came into a group or left it. */
@Injectable()
export class MembershipFollower {
  constructor(
    private readonly boards: BoardService,
    private readonly rights: TopicRights,
  ) {}

  @OnJob(followMembership)
  async follow({ data }: Job<FollowMembership>): Promise<void> {
    // Who is still in it notices nothing.
    await this.rights.revoke([data]);
    await this.boards.followMembership(data.userId, data.conversationId);
  }
}
