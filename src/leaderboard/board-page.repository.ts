import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../database/database.service.js';
import type { BoardPage, BoardPlace, BoardRow } from './board-window.js';

const RANKED = Prisma.sql`FROM users WHERE total_score > 0 AND status = 'active' AND deleted_at IS NULL`;
const IN_ORDER = Prisma.sql`ORDER BY total_score DESC, ordinal ASC`;

interface PageRow {
  size: number;
  userId: string | null;
  username: string | null;
  points: number | null;
}

interface PlaceRow extends PageRow {
  known: boolean;
  /** How many are ahead; null for who is not ranked. */
  ahead: number | null;
  ownPoints: number | null;
  pointsAbove: number | null;
  firstIndex: number;
}

/** Reads the global board from PostgreSQL, in the same order and shape as from Redis, while Redis cannot answer. */
@Injectable()
export class BoardPageRepository {
  constructor(private readonly database: Database) {}

  async top(offset: number, limit: number): Promise<BoardPage> {
    const rows = await this.database.$queryRaw<PageRow[]>`
      SELECT board.size, page.* FROM (SELECT count(*)::int AS size ${RANKED}) board
      LEFT JOIN (
        SELECT id AS "userId", username, total_score AS points, ordinal ${RANKED} ${IN_ORDER}
        OFFSET ${offset} LIMIT ${limit}
      ) page ON true
      ORDER BY page.points DESC, page.ordinal ASC`;
    return { size: rows[0]?.size ?? 0, firstRank: offset + 1, rows: rowsOf(rows) };
  }

  /** Undefined when there is no such user; a banned one has neither rank nor points. */
  async around(userId: string, around: number): Promise<BoardPlace | undefined> {
    const rows = await this.database.$queryRaw<PlaceRow[]>`
      WITH asked AS (
        SELECT CASE WHEN status = 'active' THEN total_score ELSE 0 END AS total_score, ordinal
        FROM users WHERE id = ${userId}::uuid AND deleted_at IS NULL
      ), ranked AS (
        SELECT total_score, ordinal ${RANKED}
      ), board AS (
        SELECT count(*)::int AS size,
          count(*) FILTER (WHERE ranked.total_score > asked.total_score
            OR (ranked.total_score = asked.total_score AND ranked.ordinal < asked.ordinal))::int AS ahead,
          min(ranked.total_score) FILTER (WHERE ranked.total_score > asked.total_score
            OR (ranked.total_score = asked.total_score AND ranked.ordinal < asked.ordinal)) AS above
        FROM ranked LEFT JOIN asked ON true
      ), place AS (
        SELECT size, asked.total_score IS NOT NULL AS known,
          CASE WHEN asked.total_score > 0 THEN ahead END AS ahead, asked.total_score AS own_points, above,
          greatest(0, least(ahead - ${around}::int, size - least(${2 * around + 1}::int, size))) AS first_index
        FROM board LEFT JOIN asked ON true
      )
      SELECT place.size, place.known, place.ahead, place.own_points AS "ownPoints", place.above AS "pointsAbove",
        place.first_index AS "firstIndex", page.*
      FROM place LEFT JOIN LATERAL (
        SELECT id AS "userId", username, users.total_score AS points, ordinal
        ${RANKED} AND place.ahead IS NOT NULL ${IN_ORDER}
        OFFSET place.first_index LIMIT ${2 * around + 1}
      ) page ON true
      ORDER BY page.points DESC, page.ordinal ASC`;
    const [first] = rows;
    if (!first?.known) return undefined;
    return {
      size: first.size,
      rank: first.ahead === null ? null : first.ahead + 1,
      points: first.ownPoints ?? 0,
      pointsAbove: first.ahead === null ? null : first.pointsAbove,
      firstRank: first.firstIndex + 1,
      rows: rowsOf(rows),
    };
  }
}

// A board or window without anyone comes back as one row of nulls.
const rowsOf = (rows: PageRow[]): BoardRow[] =>
  rows.flatMap(({ userId, username, points }) =>
    userId !== null && username !== null && points !== null ? [{ userId, username, points }] : [],
  );
