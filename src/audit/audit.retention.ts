import { Module } from '@nestjs/common';
import { Retention } from '../common/retention/retention.service.js';
import { Database } from '../database/database.service.js';

const KEPT_DAYS = 400;

/** For the worker: what happened more than 400 days ago is let go of. */
@Module({})
export class AuditRetentionModule {
  constructor(
    private readonly database: Database,
    retention: Retention,
  ) {
    retention.register({ what: 'audit entries', sweep: async (limit) => await this.sweep(limit) });
  }

  private async sweep(limit: number): Promise<number> {
    return await this.database.$executeRaw`
      DELETE FROM audit_log WHERE id IN (
        SELECT id FROM audit_log
        WHERE created_at < now() - make_interval(days => ${KEPT_DAYS}::int) LIMIT ${limit})`;
  }
}
