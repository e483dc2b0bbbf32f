import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../database/database.service.js';
import type { Standing } from './standing.js';

/** Who may be ranked: the banned and the deleted keep their points, and stand on no board. */
const STANDS = Prisma.sql`status = 'active' AND deleted_at IS NULL`;
const COLUMNS = Prisma.sql`
  id AS "userId", CASE WHEN ${STANDS} THEN total_score ELSE 0 END AS points, ordinal, seq`;

/** Above every ordinal that is drawn. */
const LAST_ORDINAL = 2n ** 62n;

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

  /** Ranks as they are, and as they would be with these totals, reached in this order; null for who has none. */
  async forecast(
    totals: { userId: string; points: number }[],
  ): Promise<{ userId: string; previousRank: number | null; rank: number | null }[]> {
    // A lone statement is given up for lost after 900 ms; one of a transaction may take its time.
    return await this.database.$transaction(
      async (tx) =>
        await tx.$queryRaw`
        WITH changed AS (
          SELECT * FROM unnest(${totals.map(({ userId }) => userId)}::uuid[], ${totals.map(({ points }) => points)}::int[])
            WITH ORDINALITY AS t (user_id, points, place)
        ), standing AS MATERIALIZED (
          SELECT u.id, c.user_id, u.total_score AS points, u.ordinal, coalesce(c.points, u.total_score) AS new_points,
                 CASE WHEN c.points <> u.total_score THEN ${LAST_ORDINAL}::bigint + c.place ELSE u.ordinal END AS new_ordinal
          FROM users u LEFT JOIN changed c ON c.user_id = u.id
          WHERE ${STANDS} AND (u.total_score > 0 OR c.points > 0)
        ), ranked AS (
          SELECT user_id, points, new_points, (row_number() OVER (ORDER BY points DESC, ordinal))::int AS before,
                 (row_number() OVER (ORDER BY new_points DESC, new_ordinal))::int AS after FROM standing
        )
        SELECT user_id AS "userId", CASE WHEN points > 0 THEN before END AS "previousRank",
               CASE WHEN new_points > 0 THEN after END AS rank
        FROM ranked WHERE user_id IS NOT NULL`,
    );
  }
}
