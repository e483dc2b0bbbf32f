import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { DormancyRepository, type UnseenUser } from './dormancy.repository.js';
import { LastSeenStore } from './last-seen.store.js';
import { DAY_MS, warnAfterDays } from './lifecycle.times.js';

/** A command of Redis that takes so many stays well below 10 ms. */
const PAGE = 500;

/** Who was not there for long, as PostgreSQL and Redis have it together. */
@Injectable()
export class UnseenUsers {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly rows: DormancyRepository,
    private readonly lastSeen: LastSeenStore,
  ) {}

  /** Whose accounts are to fall dormant, page by page. */
  toRest(): AsyncGenerator<UnseenUser[]> {
    return this.pages({ afterDays: this.config.INACTIVE_AFTER_DAYS });
  }

  /** Who is to be warned of that, page by page; nobody where there is no time for a warning. */
  async *toWarn(): AsyncGenerator<UnseenUser[]> {
    const atMostDays = this.config.INACTIVE_AFTER_DAYS;
    const afterDays = warnAfterDays(atMostDays);
    if (afterDays !== undefined) yield* this.pages({ afterDays, atMostDays });
  }

  private async *pages(days: { afterDays: number; atMostDays?: number }): AsyncGenerator<UnseenUser[]> {
    let after: UnseenUser | undefined;
    do {
      const page = await this.rows.unseen(days, after, PAGE);
      const userIds = page.map(({ userId }) => userId);
      const seen = await this.lastSeen.seenWithin(userIds, days.afterDays * DAY_MS);
      yield page.filter(({ userId }) => !seen.has(userId));
      after = page.length === PAGE ? page.at(-1) : undefined;
    } while (after);
  }
}
