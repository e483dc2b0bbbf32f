import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/database.service.js';
import { Outbox } from '../../jobs/outbox.service.js';
import { ProfileService } from '../../profile/profile.service.js';
import type { JobInput } from '../../queue/job.js';
import { SessionService } from '../session.service.js';
import { followIdentity } from './identity.jobs.js';

/**
 * What follows in Redis from a commit that changed a profile, or how its owner signs in: its sessions that ended, and the
 * profile. It is promised in that commit and done at once; where that fails, the worker does it.
 */
@Injectable()
export class IdentityFollower {
  constructor(
    private readonly sessions: SessionService,
    private readonly profiles: ProfileService,
    private readonly outbox: Outbox,
  ) {}

  /** Promises it in the commit; hand the result to `followSoon` afterwards. */
  async promise(tx: Transaction, userId: string): Promise<JobInput> {
    return await this.outbox.add(tx, followIdentity, { userId });
  }

  /** Does it now, or leaves it to the worker. */
  async followSoon(userId: string, job: JobInput): Promise<void> {
    await this.outbox.doSoon(followIdentity, job, async () => await this.follow(userId));
  }

  /** Brings Redis in line with what PostgreSQL says now. May be repeated, late and in any order. */
  async follow(userId: string): Promise<void> {
    await this.sessions.tellEnded(userId);
    await this.profiles.reload([userId]);
  }
}
