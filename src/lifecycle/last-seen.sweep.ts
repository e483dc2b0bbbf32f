import { Injectable } from '@nestjs/common';
import { LastActive } from '../common/activity/last-active.service.js';
import type { Figures } from '../jobs/run-log.service.js';
import { LastSeenStore } from './last-seen.store.js';
import { ROUNDS } from './rounds.js';
import type { Sweep } from './sweep.js';

/** Saves when users were last seen: a Redis that is lost costs an hour of it. */
@Injectable()
export class LastSeenSweep implements Sweep {
  readonly round = ROUNDS.lastSeen;

  constructor(
    private readonly lastSeen: LastSeenStore,
    private readonly rows: LastActive,
  ) {}

  async run(stop: AbortSignal): Promise<Figures> {
    let users = 0;
    for await (const page of this.lastSeen.all()) {
      if (stop.aborted) break;
      if (page.length > 0) await this.rows.wereSeen(page);
      users += page.length;
    }
    return { users };
  }
}
