import { Module } from '@nestjs/common';
import { Retention } from '../common/retention/retention.service.js';
import { Database } from '../database/database.service.js';

const KEPT_DAYS = 30;

/** For the worker: the row of a session stays for 30 days after the latest it could last. */
@Module({})
export class SessionRetentionModule {
  constructor(
    private readonly database: Database,
    retention: Retention,
  ) {
    retention.register({ what: 'sessions', sweep: async (limit) => await this.sweep(limit) });
  }

  private async sweep(limit: number): Promise<number> {
    return await this.database.$executeRaw`
      DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions
        WHERE expires_at < now() - make_interval(days => ${KEPT_DAYS}::int) LIMIT ${limit})`;
  }
}
