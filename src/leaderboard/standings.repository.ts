import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../database/database.service.js';
import { boardOf, GLOBAL, quizBoardName, type Board } from './board.js';
import { among, beyond, changedSince, membersOf, STANDS } from './board-members.js';
import type { Standing, StandingToRecord } from './standing.js';

const COLUMNS = Prisma.sql`
  id AS "userId", CASE WHEN ${STANDS} THEN points ELSE 0 END AS points, ordinal, seq, hidden`;

/** Above every ordinal that is drawn. */
const LAST_ORDINAL = 2n ** 62n;

/** Below every id: where paging by id begins. */
export const FIRST_PAGE = '00000000-0000-0000-0000-000000000000';

/** A user, and whether boards may show one. */
export interface Ranked extends Pick<StandingToRecord, 'userId' | 'username' | 'seq' | 'hidden'> {
  stands: boolean;
}

/** Standings as PostgreSQL has them; what boards are rebuilt from. */
@Injectable()
export class StandingsRepository {
  constructor(private readonly database: Database) {}

  /** Of these users, in no order: who may not be ranked has no points, and a user who is not there no standing. */
  async find(board: Board, userIds: string[]): Promise<StandingToRecord[]> {
    return await this.database.$queryRaw<StandingToRecord[]>`
      SELECT u.id AS "userId", u.username, u.seq, NOT u.leaderboard_visible AS hidden,
        CASE WHEN ${STANDS} THEN coalesce(on_board.points, 0) ELSE 0 END AS points,
        coalesce(on_board.ordinal, 0) AS ordinal
      FROM users u LEFT JOIN (SELECT id, points, ordinal FROM ${membersOf(board, among(userIds))}) on_board
        ON on_board.id = u.id
      WHERE u.id = ANY(${userIds}::uuid[])`;
  }

  /** Everyone who is ranked, by id. */
  async page(board: Board, afterId: string, limit: number): Promise<Standing[]> {
    return await this.database.$queryRaw<Standing[]>`
      SELECT ${COLUMNS} FROM ${membersOf(board, beyond(afterId))} WHERE points > 0 AND ${STANDS}
      ORDER BY id LIMIT ${limit}`;
  }

  /** Everyone whose standing changed since then, by id. */
  async pageOfRecent(board: Board, since: Date, afterId: string, limit: number): Promise<Standing[]> {
    return await this.database.$queryRaw<Standing[]>`
      SELECT ${COLUMNS} FROM ${membersOf(board, changedSince(since, afterId))} ORDER BY id LIMIT ${limit}`;
  }

  /** Who since then was banned or deleted, went dormant, lost points, or is out of sight; by id. */
  async leftRecently(board: Board, since: Date, afterId: string, limit: number): Promise<Standing[]> {
    return await this.database.$queryRaw<Standing[]>`
      WITH fallen AS MATERIALIZED (
        SELECT user_id FROM ledger WHERE delta < 0 AND created_at > ${since}::timestamptz
      )
      SELECT ${COLUMNS} FROM ${membersOf(board, changedSince(since, afterId))}
      WHERE NOT (${STANDS}) OR hidden OR id IN (SELECT user_id FROM fallen)
      ORDER BY id LIMIT ${limit}`;
  }

  /** Whether these users may be ranked now. */
  async ranked(userIds: string[]): Promise<Ranked[]> {
    return await this.database.$queryRaw<Ranked[]>`
      SELECT id AS "userId", username, seq, NOT leaderboard_visible AS hidden, (${STANDS}) AS stands FROM users
      WHERE id = ANY(${userIds}::uuid[])`;
  }

  /** The boards over `all` on which these users ever had a standing. */
  async boardsOf(userIds: string[]): Promise<{ userId: string; board: Board }[]> {
    const rows = await this.database.$queryRaw<{ userId: string; quizId: string }[]>`
      SELECT user_id AS "userId", quiz_id AS "quizId" FROM quiz_standings WHERE user_id = ANY(${userIds}::uuid[])`;
    return [
      ...userIds.map((userId) => ({ userId, board: GLOBAL })),
      ...rows.map(({ userId, quizId }) => ({ userId, board: boardOf(quizBoardName(quizId)) })),
    ];
  }

  /** All standings of one user over `all`, and the board of each. */
  async ofUser(userId: string): Promise<(Standing & { board: Board })[]> {
    const rows = await this.database.$queryRaw<(Standing & { quizId: string | null })[]>`
      SELECT ${COLUMNS}, quiz_id AS "quizId" FROM (
        SELECT id, NULL::uuid AS quiz_id, total_score AS points, ordinal_on_board(ordinal) AS ordinal, seq, status, deleted_at, dormant_since, NOT leaderboard_visible AS hidden
        FROM users WHERE id = ${userId}::uuid
        UNION ALL
        SELECT u.id, q.quiz_id, q.best, q.ordinal, u.seq, u.status, u.deleted_at, u.dormant_since, NOT u.leaderboard_visible
        FROM users u JOIN quiz_standings q ON q.user_id = u.id WHERE u.id = ${userId}::uuid) member`;
    return rows.map(({ quizId, ...standing }) => ({
      ...standing,
      board: boardOf(quizId === null ? 'global' : quizBoardName(quizId)),
    }));
  }

  /** Whether learners can have a standing on a board: not on that of a quiz that never was published. */
  async exists({ quizId, groupId }: Board): Promise<boolean> {
    if (quizId !== undefined)
      return (await this.database.quiz.count({ where: { id: quizId, status: { not: 'draft' } } })) > 0;
    if (groupId !== undefined)
      return (await this.database.conversation.count({ where: { id: groupId, type: 'group' } })) > 0;
    return true;
  }

  /** For each, whether the user is in the group; true without one. One statement. */
  async areMembers(all: { groupId: string | null; userId: string }[]): Promise<boolean[]> {
    const rows = await this.database.$queryRaw<{ isMember: boolean }[]>`
      SELECT asked.group_id IS NULL OR (m.user_id IS NOT NULL AND c.type = 'group') AS "isMember"
      FROM unnest(${all.map(({ groupId }) => groupId)}::uuid[], ${all.map(({ userId }) => userId)}::uuid[])
        WITH ORDINALITY AS asked (group_id, user_id, place)
      LEFT JOIN conversation_members m ON m.conversation_id = asked.group_id AND m.user_id = asked.user_id
      LEFT JOIN conversations c ON c.id = m.conversation_id ORDER BY asked.place`;
    return rows.map(({ isMember }) => isMember);
  }

  /** Ranks as they are, and as they would be with these totals, reached in this order; null for who has none. */
  async forecast(
    totals: { userId: string; points: number }[],
  ): Promise<{ userId: string; previousRank: number | null; rank: number | null }[]> {
    return await this.database.readLong(Prisma.sql`
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
        FROM ranked WHERE user_id IS NOT NULL`);
  }
}
