import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';

/** When users were last there, for when Redis does not know any more. */
@Injectable()
export class PresenceRepository {
  constructor(private readonly database: Database) {}

  async lastActive(userIds: string[]): Promise<Map<string, Date>> {
    const rows = await this.database.user.findMany({
      where: { id: { in: userIds } },
      select: { id: true, lastActiveAt: true },
    });
    return new Map(rows.map(({ id, lastActiveAt }) => [id, lastActiveAt]));
  }

  /** Users are locked in the order of their ids, as scoring does: neither waits for the other in a circle. */
  async wereSeen(users: { userId: string; at: Date }[]): Promise<void> {
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
