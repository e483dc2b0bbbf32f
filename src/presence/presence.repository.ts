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
}
