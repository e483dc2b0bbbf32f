import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.service.js';

export interface SeenUser {
  userId: string;
  at: Date;
}

/** When users were last there, in PostgreSQL: Redis forgets. */
@Injectable()
export class LastActive {
  constructor(private readonly database: Database) {}

  /**
   * Never moves it back. Users are locked in the order of their ids, as scoring does: neither waits for the other in a circle.
   */
  async wereSeen(users: SeenUser[]): Promise<void> {
    await this.database.$executeRaw`
      WITH seen AS (
        SELECT * FROM unnest(${users.map(({ userId }) => userId)}::uuid[], ${users.map(({ at }) => at)}::timestamptz[])
          AS one (id, at)),
      locked AS (
        SELECT users.id, seen.at FROM users JOIN seen USING (id)
        WHERE users.last_active_at < seen.at AND users.deleted_at IS NULL ORDER BY users.id FOR NO KEY UPDATE OF users)
      UPDATE users SET last_active_at = locked.at FROM locked
      WHERE users.id = locked.id AND users.last_active_at < locked.at`;
  }
}
