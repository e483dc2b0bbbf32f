import { Injectable } from '@nestjs/common';
import { SessionService } from '../auth/session.service.js';
import type { Transaction } from '../database/database.service.js';
import { BoardService } from '../leaderboard/board.service.js';
import { Outbox } from '../jobs/outbox.service.js';
import { ProfileService } from '../profile/profile.service.js';
import { ResultCaches } from '../quiz/result-caches.service.js';
import type { JobInput } from '../queue/job.js';
import { followAccount } from './account.jobs.js';
import { AccountStateRepository } from './account.repository.js';

/**
 * What follows in Redis from a commit that changed an account: its sessions, its place on the boards, its profile. It is
 * promised in that commit and done at once; where that fails, the worker does it.
 */
@Injectable()
export class AccountFollower {
  constructor(
    private readonly accounts: AccountStateRepository,
    private readonly sessions: SessionService,
    private readonly boards: BoardService,
    private readonly profiles: ProfileService,
    private readonly results: ResultCaches,
    private readonly outbox: Outbox,
  ) {}

  /** Promises it in the commit; hand the result to `followSoon` afterwards. */
  async promise(tx: Transaction, userId: string): Promise<JobInput> {
    return await this.outbox.add(tx, followAccount, { userId });
  }

  /** Does it now, or leaves it to the worker. */
  async followSoon(userId: string, job: JobInput): Promise<void> {
    await this.outbox.doSoon(followAccount, job, async () => await this.follow(userId));
  }

  /**
   * Brings Redis in line with what PostgreSQL says of the account now. May be repeated, late and in any order. Sessions
   * first: who was banned or deleted is out before anything else. The profile before the boards: their change is told
   * with the names that profiles show then, and perhaps nothing is told after it.
   */
  async follow(userId: string): Promise<void> {
    const account = await this.accounts.find(userId);
    if (!account) return;
    const isOut = account.status === 'banned' || account.deletedAt !== null;
    if (isOut) await this.sessions.tellEnded(userId);
    else await this.sessions.changeRole(userId, account.role);
    if (!account.deletedAt) await this.profiles.reload([userId]);
    await this.boards.follow({ userId, username: account.username });
    if (isOut) await this.results.forget(userId);
    if (account.deletedAt) await this.erase(userId, account.seq);
  }

  private async erase(userId: string, seq: bigint): Promise<void> {
    await this.boards.forget(userId);
    await this.profiles.erase(userId, seq);
  }
}
