import { Module } from '@nestjs/common';
import { Retention } from '../../common/retention/retention.service.js';
import { Database } from '../../database/database.service.js';

/** For the worker: a link that was used or ran out stays for a day. */
@Module({})
export class PasswordResetRetentionModule {
  constructor(
    private readonly database: Database,
    retention: Retention,
  ) {
    retention.register({ what: 'password resets', sweep: async (limit) => await this.sweep(limit) });
  }

  private async sweep(limit: number): Promise<number> {
    return await this.database.$executeRaw`
      DELETE FROM password_resets WHERE token_hash IN (
        SELECT token_hash FROM password_resets WHERE expires_at < now() - interval '1 day' LIMIT ${limit})`;
  }
}
