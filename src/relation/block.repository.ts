import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.service.js';
import type { UserRow } from './user-row.js';

@Injectable()
export class BlockRepository {
  constructor(private readonly database: Database) {}

  async has(blockerId: string, blockedId: string): Promise<boolean> {
    return (await this.database.block.count({ where: { blockerId, blockedId } })) > 0;
  }

  async count(blockerId: string): Promise<number> {
    return await this.database.block.count({ where: { blockerId } });
  }

  /** Blocks, and ends following both ways, in one commit. */
  async add(blockerId: string, blockedId: string): Promise<void> {
    await this.database.$transaction([
      this.database.$executeRaw`
        INSERT INTO blocks (blocker_id, blocked_id) VALUES (${blockerId}::uuid, ${blockedId}::uuid)
        ON CONFLICT DO NOTHING`,
      this.database.$executeRaw`
        DELETE FROM follows WHERE follower_id = ${blockerId}::uuid AND followee_id = ${blockedId}::uuid
           OR follower_id = ${blockedId}::uuid AND followee_id = ${blockerId}::uuid`,
    ]);
  }

  async remove(blockerId: string, blockedId: string): Promise<void> {
    await this.database.block.deleteMany({ where: { blockerId, blockedId } });
  }

  /** Whom a user blocks, by id. */
  async blocked(blockerId: string, limit: number, afterId?: string): Promise<UserRow[]> {
    const rows = await this.database.block.findMany({
      where: { blockerId, blockedId: afterId === undefined ? undefined : { gt: afterId } },
      include: { blocked: { select: { id: true, username: true, displayName: true } } },
      orderBy: { blockedId: 'asc' },
      take: limit,
    });
    return rows.map(({ blocked }) => blocked);
  }

  /** Which of the others block the user, or are blocked by that one. */
  async between(userId: string, others: string[]): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      SELECT blocked_id AS id FROM blocks
      WHERE blocker_id = ${userId}::uuid AND blocked_id = ANY(${others}::uuid[])
      UNION
      SELECT blocker_id FROM blocks
      WHERE blocked_id = ${userId}::uuid AND blocker_id = ANY(${others}::uuid[])`;
    return rows.map(({ id }) => id);
  }
}
