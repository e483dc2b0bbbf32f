import { Prisma } from '../database/database.service.js';
import type { Board } from './board.js';

/**
 * A board's members as PostgreSQL keeps them, whether they may be ranked or not: `(SELECT id, username, points, ordinal,
 * seq, standing_at, status, deleted_at, hidden …) member`.
 */
export function membersOf(board: Board): Prisma.Sql {
  if (board.quizId === undefined)
    return Prisma.sql`(
      SELECT id, username, total_score AS points, ordinal, seq, standing_at, status, deleted_at, NOT leaderboard_visible AS hidden FROM users) member`;
  return Prisma.sql`(
    SELECT u.id, u.username, q.best AS points, q.ordinal, u.seq, u.standing_at, u.status, u.deleted_at, NOT u.leaderboard_visible AS hidden
    FROM quiz_standings q JOIN users u ON u.id = q.user_id WHERE q.quiz_id = ${board.quizId}::uuid) member`;
}

/** Who may be ranked: the banned and the deleted keep their points, and stand on no board. */
export const STANDS = Prisma.sql`status = 'active' AND deleted_at IS NULL`;
