import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../database/database.service.js';
import type { Standing } from './standing.js';

/** Who may be ranked: the banned and the deleted keep their points, and stand on no board. */
const STANDS = Prisma.sql`status = 'active' AND deleted_at IS NULL`;
const COLUMNS = Prisma.sql`
  id AS "userId", CASE WHEN ${STANDS} THEN total_score ELSE 0 END AS points, ordinal, seq`;

/** Below every id: where paging by id begins. */
export const FIRST_PAGE = '00000000-0000-0000-0000-000000000000';

/** The standings of the global board, kept in the users' own rows; what the board is rebuilt from. */
@Injectable()
export class StandingsRepository {
  constructor(private readonly database: Database) {}

  /** Of these users, in no order; a user who is not there has none, one who may not be ranked no points. */
  async find(userIds: string[]): Promise<Standing[]> {
    return await this.database.$queryRaw<Standing[]>`
      SELECT ${COLUMNS} FROM users WHERE id = ANY(${userIds}::uuid[])`;
  }

  /** Everyone who is ranked, by id. */
  async page(afterId: string, limit: number): Promise<Standing[]> {
    return await this.database.$queryRaw<Standing[]>`
      SELECT ${COLUMNS} FROM users WHERE total_score > 0 AND ${STANDS} AND id > ${afterId}::uuid
      ORDER BY id LIMIT ${limit}`;
  }

  /** Everyone whose standing changed in the last minutes, by id. */
  async pageOfRecent(minutes: number, afterId: string, limit: number): Promise<Standing[]> {
    return await this.database.$queryRaw<Standing[]>`
      SELECT ${COLUMNS} FROM users
      WHERE standing_at > now() - make_interval(mins => ${minutes}::int) AND id > ${afterId}::uuid
      ORDER BY id LIMIT ${limit}`;
  }

  /** Who was banned or deleted in the last minutes. */
  async leftRecently(minutes: number): Promise<Standing[]> {
    return await this.database.$queryRaw<Standing[]>`
      SELECT ${COLUMNS} FROM users
      WHERE standing_at > now() - make_interval(mins => ${minutes}::int) AND NOT (${STANDS})`;
  }
}
