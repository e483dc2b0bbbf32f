import { Injectable } from '@nestjs/common';
import { OnJob } from '../jobs/on-job.decorators.js';
import { BoardService } from '../leaderboard/board.service.js';
import type { Job } from '../queue/job.js';
import { followMembership, type FollowMembership } from './chat.jobs.js';

/** The worker's side of who came into a group or left it. */
@Injectable()
export class MembershipFollower {
  constructor(private readonly boards: BoardService) {}

  @OnJob(followMembership)
  async follow({ data }: Job<FollowMembership>): Promise<void> {
    await this.boards.followMembership(data.userId, data.conversationId);
  }
}
