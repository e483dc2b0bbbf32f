import { Prisma } from '../database/database.service.js';
import type { Board } from './board.js';

/** A condition on the id of a user: of whom the members are to be read. */
export type Among = (id: Prisma.Sql) => Prisma.Sql;

export const everyone: Among = () => Prisma.sql`true`;
export const among =
  (userIds: string[]): Among =>
  (id) =>
    Prisma.sql`${id} = ANY(${userIds}::uuid[])`;
/** For pages by id. */
export const beyond =
  (userId: string): Among =>
  (id) =>
    Prisma.sql`${id} > ${userId}::uuid`;
/** The same, of those whose standing changed since then: only theirs are summed up, not everybody's. */
export const changedSince =
  (since: Date, afterId: string): Among =>
  (id) =>
    Prisma.sql`${id} > ${afterId}::uuid AND ${id} IN (
      SELECT changed.id FROM users changed WHERE changed.standing_at > ${since}::timestamptz)`;

const USER = Prisma.sql`u.id, u.username, u.seq, u.standing_at, u.status, u.deleted_at, u.dormant_since, NOT u.leaderboard_visible AS hidden`;

/**
 * A board's members as PostgreSQL keeps them, whether they may be ranked or not: `(SELECT id, username, seq, standing_at,
 * status, deleted_at, dormant_since, hidden, points, drawn, ordinal …) member`. Those of a period are summed up from the ledger.
 * `drawn` orders equals, as an index may; `ordinal` is the same counted as the board does (see ordinal.repository.ts), from an
 * origin that is looked up once a statement. Of whom, is said of both sides of a join: PostgreSQL does not see
 * that a page of the one is a page of the other, and would read all users before it.
 */
export function membersOf(board: Board, which: Among = everyone): Prisma.Sql {
  const { quizId, groupId, span } = board;
  const belongs: Among = (id) =>
    groupId === undefined
      ? which(id)
      : Prisma.sql`${which(id)} AND ${id} IN (
          SELECT user_id FROM conversation_members WHERE conversation_id = ${groupId}::uuid)`;
  if (span)
    return Prisma.sql`(
      SELECT ${USER}, sums.points, sums.drawn, sums.drawn + (SELECT ordinal_in_period(0, ${span.from}::date)) AS ordinal FROM (
        SELECT user_id, sum(delta)::int AS points, max(ordinal) AS drawn FROM ledger
        WHERE delta <> 0 AND accepted_on >= ${span.from}::date AND accepted_on < ${span.until}::date
          AND ${quizId === undefined ? Prisma.sql`true` : Prisma.sql`quiz_id = ${quizId}::uuid`}
          AND ${belongs(Prisma.sql`user_id`)}
        GROUP BY user_id
      ) sums JOIN users u ON u.id = sums.user_id WHERE ${which(Prisma.sql`u.id`)}) member`;
  if (quizId === undefined)
    return Prisma.sql`(
      SELECT ${USER}, u.total_score AS points, u.ordinal AS drawn, u.ordinal + (SELECT ordinal_on_board(0)) AS ordinal
      FROM users u WHERE ${belongs(Prisma.sql`u.id`)}) member`;
  return Prisma.sql`(
    SELECT ${USER}, q.best AS points, q.ordinal AS drawn, q.ordinal FROM quiz_standings q JOIN users u ON u.id = q.user_id
    WHERE q.quiz_id = ${quizId}::uuid AND ${which(Prisma.sql`q.user_id`)} AND ${which(Prisma.sql`u.id`)}) member`;
}

/** Who may be ranked: the banned, the dormant and the deleted keep their points, and stand on no board. */
export const STANDS = Prisma.sql`status = 'active' AND deleted_at IS NULL AND dormant_since IS NULL`;
