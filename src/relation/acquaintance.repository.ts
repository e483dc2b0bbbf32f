import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';

/** One user who wants to watch another. */
export interface Watch {
  viewerId: string;
  userId: string;
}

/** A user with hundreds of thousands of followers has not all of them looked through. */
const LOOKED_THROUGH = 5;

@Injectable()
export class AcquaintanceRepository {
  constructor(private readonly database: Database) {}

  /**
   * Those that may be, in one statement. One subquery looks at follows and memberships, since of three the planner would
   * rather read all follows into a hash than look each pair up by its index.
   */
  async allowed(watches: Watch[]): Promise<Watch[]> {
    return await this.database.$queryRaw<Watch[]>`
      SELECT viewer.id AS "viewerId", target.id AS "userId"
      FROM unnest(${watches.map(({ viewerId }) => viewerId)}::uuid[],
                  ${watches.map(({ userId }) => userId)}::uuid[]) AS watch (viewer_id, user_id)
      JOIN users viewer ON viewer.id = watch.viewer_id AND viewer.status = 'active' AND viewer.deleted_at IS NULL
      JOIN users target ON target.id = watch.user_id AND target.status = 'active' AND target.deleted_at IS NULL
      WHERE (viewer.id = target.id OR EXISTS (
          SELECT 1 FROM follows WHERE follower_id = viewer.id AND followee_id = target.id
          UNION ALL SELECT 1 FROM follows WHERE follower_id = target.id AND followee_id = viewer.id
          UNION ALL SELECT 1 FROM conversation_members mine JOIN conversation_members theirs USING (conversation_id)
                    WHERE mine.user_id = viewer.id AND theirs.user_id = target.id))
        AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = viewer.id AND blocked_id = target.id)
        AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = target.id AND blocked_id = viewer.id)`;
  }

  /** Whom a user may watch, oneself too; of more than `limit` those who were active last, as far as that was looked at. */
  async all(viewerId: string, limit: number): Promise<string[]> {
    const most = LOOKED_THROUGH * limit;
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      WITH acquainted AS (
        SELECT ${viewerId}::uuid AS id
        UNION (SELECT followee_id FROM follows WHERE follower_id = ${viewerId}::uuid LIMIT ${most})
        UNION (SELECT follower_id FROM follows WHERE followee_id = ${viewerId}::uuid LIMIT ${most})
        UNION (SELECT theirs.user_id FROM conversation_members mine
               JOIN conversation_members theirs USING (conversation_id)
               WHERE mine.user_id = ${viewerId}::uuid LIMIT ${most}))
      SELECT users.id FROM acquainted JOIN users USING (id)
      WHERE users.status = 'active' AND users.deleted_at IS NULL
        AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = ${viewerId}::uuid AND blocked_id = users.id)
        AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = users.id AND blocked_id = ${viewerId}::uuid)
      ORDER BY users.last_active_at DESC LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  }
}
