import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../database/database.service.js';
import { labelOf, type Board } from './board.js';
import { among, membersOf, STANDS } from './board-members.js';
import type { BoardPage, BoardPlace, BoardRow } from './board-window.js';
import { Slots } from './slots.js';

/** A large board costs PostgreSQL much, and whoever builds it or reads something else wants connections, too. */
const AT_ONCE = 3;
const MOST_WAITING = 50;

/** `ranked AS (…)`: sums are made once a statement, while what an index has in order is better read from it twice. */
const rankedOn = (board: Board) => Prisma.sql`
  ranked AS ${board.span ? Prisma.sql`MATERIALIZED` : Prisma.sql`NOT MATERIALIZED`} (
    SELECT id, hidden, username, points, drawn FROM ${membersOf(board)} WHERE points > 0 AND ${STANDS})`;
const ROW = Prisma.sql`id AS "userId", CASE WHEN NOT hidden THEN username END AS username, points, drawn`;

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

/** Reads boards from PostgreSQL, in the same order and shape as from Redis, while Redis cannot answer. */
@Injectable()
export class BoardPageRepository {
  private readonly slots = new Slots(AT_ONCE, MOST_WAITING);

  constructor(private readonly database: Database) {}

  /** @throws AppError unavailable when too many ask */
  async top(board: Board, offset: number, limit: number): Promise<BoardPage> {
    const name = `${labelOf(board)} ${offset} ${limit}`;
    return await this.slots.share(name, async () => await this.readTop(board, offset, limit));
  }

  private async readTop(board: Board, offset: number, limit: number): Promise<BoardPage> {
    const rows = await this.database.readLong<PageRow>(Prisma.sql`
      WITH ${rankedOn(board)}
      SELECT board.size, page.* FROM (SELECT count(*)::int AS size FROM ranked) board
      LEFT JOIN (
        SELECT ${ROW} FROM ranked ORDER BY points DESC, drawn OFFSET ${offset} LIMIT ${limit}
      ) page ON true
      ORDER BY page.points DESC, page.drawn`);
    return { size: rows[0]?.size ?? 0, firstRank: offset + 1, rows: rowsOf(rows) };
  }

  /**
   * Undefined when there is no such user; a banned or dormant one has neither rank nor points.
   * @throws AppError unavailable when too many ask
   */
  async around(board: Board, userId: string, around: number): Promise<BoardPlace | undefined> {
    return await this.slots.take(async () => await this.readAround(board, userId, around));
  }

  private async readAround(board: Board, userId: string, around: number): Promise<BoardPlace | undefined> {
    const rows = await this.database.readLong<PlaceRow>(Prisma.sql`
      WITH asked AS (
        SELECT CASE WHEN u.status = 'active' AND u.dormant_since IS NULL THEN coalesce(member.points, 0) ELSE 0 END AS points, member.drawn
        FROM users u LEFT JOIN ${membersOf(board, among([userId]))} ON member.id = u.id
        WHERE u.id = ${userId}::uuid AND u.deleted_at IS NULL
      ), ${rankedOn(board)}, board AS (
        SELECT count(*)::int AS size,
          count(*) FILTER (WHERE ranked.points > asked.points
            OR (ranked.points = asked.points AND ranked.drawn < asked.drawn))::int AS ahead,
          min(ranked.points) FILTER (WHERE ranked.points > asked.points
            OR (ranked.points = asked.points AND ranked.drawn < asked.drawn)) AS above
        FROM ranked LEFT JOIN asked ON true
      ), place AS (
        SELECT size, asked.points IS NOT NULL AS known,
          CASE WHEN asked.points > 0 THEN ahead END AS ahead, asked.points AS own_points, above,
          greatest(0, least(ahead - ${around}::int, size - least(${2 * around + 1}::int, size))) AS first_index
        FROM board LEFT JOIN asked ON true
      )
      SELECT place.size, place.known, place.ahead, place.own_points AS "ownPoints", place.above AS "pointsAbove",
        place.first_index AS "firstIndex", page.*
      FROM place LEFT JOIN LATERAL (
        SELECT ${ROW} FROM ranked WHERE place.ahead IS NOT NULL ORDER BY points DESC, drawn
        OFFSET place.first_index LIMIT ${2 * around + 1}
      ) page ON true
      ORDER BY page.points DESC, page.drawn`);
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
    userId !== null && points !== null ? [{ userId, username, points }] : [],
  );
