import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';
import type { UserRow } from './user-row.js';

@Injectable()
export class FollowRepository {
  constructor(private readonly database: Database) {}

  async isThere(userId: string): Promise<boolean> {
    return (await this.database.user.count({ where: { id: userId, deletedAt: null } })) > 0;
  }

  async count(followerId: string): Promise<number> {
    return await this.database.follow.count({ where: { followerId } });
  }

  async add(followerId: string, followeeId: string): Promise<void> {
    await this.database.$executeRaw`
      INSERT INTO follows (follower_id, followee_id) VALUES (${followerId}::uuid, ${followeeId}::uuid)
      ON CONFLICT DO NOTHING`;
  }

  async remove(followerId: string, followeeId: string): Promise<void> {
    await this.database.follow.deleteMany({ where: { followerId, followeeId } });
  }

  /** Whom a user follows, by id. */
  async followed(followerId: string, limit: number, afterId?: string): Promise<UserRow[]> {
    const rows = await this.database.follow.findMany({
      where: { followerId, followeeId: afterId === undefined ? undefined : { gt: afterId } },
      include: { followee: { select: { id: true, username: true, displayName: true } } },
      orderBy: { followeeId: 'asc' },
      take: limit,
    });
    return rows.map(({ followee }) => followee);
  }

  /** Who follows a user, by id. */
  async followers(followeeId: string, limit: number, afterId: string): Promise<string[]> {
    const rows = await this.database.follow.findMany({
      where: { followeeId, followerId: { gt: afterId } },
      select: { followerId: true },
      orderBy: { followerId: 'asc' },
      take: limit,
    });
    return rows.map(({ followerId }) => followerId);
  }
}
