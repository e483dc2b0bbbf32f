import { Injectable, Logger } from '@nestjs/common';
import { LastActive } from '../common/activity/last-active.service.js';
import type { Updated } from './presence.scripts.js';

/** Keeps when users were last there in PostgreSQL, too, as they go: Redis forgets after a day, or when it is emptied. */
@Injectable()
export class LastSeen {
  private readonly logger = new Logger(LastSeen.name);

  constructor(private readonly rows: LastActive) {}

  /** Of users who were updated, notes those who went. It may fail: then what is there is older. */
  async note(userIds: string[], updated: Updated[]): Promise<void> {
    const went = updated.flatMap(({ status, told, lastSeenAt }, index) => {
      const userId = userIds[index];
      return status === 'offline' && told && lastSeenAt && userId !== undefined
        ? [{ userId, at: lastSeenAt }]
        : [];
    });
    if (went.length === 0) return;
    await this.rows.wereSeen(went).catch((error: unknown) => {
      this.logger.warn(`When ${went.length} users were last seen was not stored: ${String(error)}`);
    });
  }
}
