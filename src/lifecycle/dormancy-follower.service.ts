import { Injectable } from '@nestjs/common';
import { SessionService } from '../auth/session.service.js';
import type { Transaction } from '../database/database.service.js';
import { Outbox } from '../jobs/outbox.service.js';
import { BoardLeavers } from '../leaderboard/board-leavers.service.js';
import { PresenceErasure } from '../presence/presence-erasure.service.js';
import { ProfileService } from '../profile/profile.service.js';
import type { JobInput } from '../queue/job.js';
import { DormancyRepository } from './dormancy.repository.js';
import { followDormant } from './dormancy.jobs.js';

/**
 * What follows in Redis when accounts have fallen dormant. It is promised in that commit and done at once; where that fails,
 * the worker does it.
 */
@Injectable()
export class DormancyFollower {
  constructor(
    private readonly sessions: SessionService,
    private readonly boards: BoardLeavers,
    private readonly profiles: ProfileService,
    private readonly presence: PresenceErasure,
    private readonly rows: DormancyRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Promises it in the commit; hand the result to `followSoon` afterwards. */
  async promise(tx: Transaction, userIds: string[]): Promise<JobInput> {
    return await this.outbox.add(tx, followDormant, { userIds: userIds.join() });
  }

  /** Does it now, or leaves it to the worker. */
  async followSoon(userIds: string[], job: JobInput): Promise<void> {
    await this.outbox.doSoon(followDormant, job, async () => await this.follow(userIds));
  }

  /** May be repeated, and late: nothing is taken from who came back meanwhile. */
  async follow(userIds: string[]): Promise<void> {
    await this.sessions.tellEndedOf(userIds);
    await this.boards.takeOff(userIds);
    const dormant = await this.rows.dormantAmong(userIds);
    await this.profiles.forget(dormant);
    await this.presence.forget(dormant);
  }
}
