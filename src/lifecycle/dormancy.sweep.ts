import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit.service.js';
import { SessionService } from '../auth/session.service.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { Database } from '../database/database.service.js';
import type { Figures } from '../jobs/run-log.service.js';
import { DormancyFollower } from './dormancy-follower.service.js';
import { DormancyRepository } from './dormancy.repository.js';
import { LastSeenStore } from './last-seen.store.js';
import { DAY_MS } from './lifecycle.times.js';
import { ROUNDS } from './rounds.js';
import type { Report, Sweep } from './sweep.js';
import { UnseenUsers } from './unseen-users.service.js';

const BATCH = 500;

/**
 * Lets accounts fall dormant that nobody uses, in batches from the Sorted Set of when users were last seen. Whoever was
 * looked at leaves it, so a sweep that was cut short goes on where it was; who signs in meanwhile wins, by the row lock.
 */
@Injectable()
export class DormancySweep implements Sweep {
  readonly round = ROUNDS.dormancy;
  private readonly afterMs: number;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly users: UnseenUsers,
    private readonly lastSeen: LastSeenStore,
    private readonly rows: DormancyRepository,
    private readonly sessions: SessionService,
    private readonly audit: AuditLog,
    private readonly follower: DormancyFollower,
  ) {
    this.afterMs = config.INACTIVE_AFTER_DAYS * DAY_MS;
  }

  async run(stop: AbortSignal, report: Report): Promise<Figures> {
    await this.fill(stop);
    let dormant = 0;
    while (!stop.aborted) {
      const userIds = await this.lastSeen.unseen(this.afterMs, BATCH);
      if (userIds.length === 0) break;
      dormant += await this.rest(userIds);
      await this.lastSeen.drop(userIds, this.afterMs);
      report(`${dormant} accounts are dormant now`);
    }
    return { dormant };
  }

  /** Whom a run would let fall dormant, page by page. */
  async *due(): AsyncGenerator<string[]> {
    for await (const page of this.users.toRest()) yield page.map(({ userId }) => userId);
  }

  /** Whom the Sorted Set lacks: it was lost, or they were banned or spared when they were looked at before. */
  private async fill(stop: AbortSignal): Promise<void> {
    for await (const page of this.users.toRest()) {
      if (stop.aborted) return;
      if (page.length > 0) await this.lastSeen.put(page);
    }
  }

  /** @returns how many fell dormant; not who is spared, or was there after all */
  private async rest(userIds: string[]): Promise<number> {
    const { dormant, job } = await this.database.$transaction(async (tx) => {
      await this.rows.lock(tx, userIds);
      const seen = await this.lastSeen.seenWithin(userIds, this.afterMs);
      const absent = userIds.filter((userId) => !seen.has(userId));
      const dormant = await this.rows.rest(tx, absent, this.config.INACTIVE_AFTER_DAYS);
      if (dormant.length === 0) return { dormant };
      await this.sessions.endAllOf(tx, dormant);
      const events = dormant.map((userId) => ({ userId, actorId: null, action: 'account.dormant' as const }));
      await this.audit.recordAll(events, tx);
      return { dormant, job: await this.follower.promise(tx, dormant) };
    });
    if (job) await this.follower.followSoon(dormant, job);
    return dormant.length;
  }
}
