import { Injectable } from '@nestjs/common';
import { Database, Prisma, type Transaction } from '../database/database.service.js';

/** Where a page of users ended, in the order of when they were last there. */
export interface UnseenUser {
  userId: string;
  at: Date;
}

/** In use, and not of those who are spared: administrators, and authors of what others can take. */
const MAY_REST = Prisma.sql`
  u.status = 'active' AND u.deleted_at IS NULL AND u.dormant_since IS NULL AND u.role <> 'admin'
  AND NOT EXISTS (SELECT 1 FROM quizzes q WHERE q.author_id = u.id AND q.status = 'published')`;

/** Which accounts fall dormant. Days are counted by PostgreSQL's clock. */
@Injectable()
export class DormancyRepository {
  constructor(private readonly database: Database) {}

  /**
   * Those of whom PostgreSQL knows no sign of life for so many days, the longest first.
   * @param atMostDays leaves out whom it knows none of for longer
   */
  async unseen(
    { afterDays, atMostDays }: { afterDays: number; atMostDays?: number },
    after: UnseenUser | undefined,
    limit: number,
  ): Promise<UnseenUser[]> {
    return await this.database.$queryRaw<UnseenUser[]>`
      SELECT u.id AS "userId", u.last_active_at AS at FROM users u
      WHERE ${MAY_REST} AND u.last_active_at < now() - make_interval(days => ${afterDays}::int)
        AND (${atMostDays ?? null}::int IS NULL
          OR u.last_active_at >= now() - make_interval(days => ${atMostDays ?? null}::int))
        AND (u.last_active_at, u.id) >
          (coalesce(${after?.at ?? null}::timestamptz, '-infinity'), coalesce(${after?.userId ?? null}::uuid, ${NOBODY}::uuid))
      ORDER BY u.last_active_at, u.id LIMIT ${limit}`;
  }

  /** Holds their rows until the commit, in the order of their ids: nobody waits in a circle. */
  async lock(tx: Transaction, userIds: string[]): Promise<void> {
    await tx.$executeRaw`SELECT id FROM users WHERE id = ANY(${userIds}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
  }

  /**
   * Lets those fall dormant of whom that still holds; their rows are held.
   * `seq` rises, so that nothing older undoes it; the time tells a Redis that was set back whose standing changed.
   */
  async rest(tx: Transaction, userIds: string[], afterDays: number): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE users u SET dormant_since = now(), seq = seq + 1, standing_at = now()
      WHERE u.id = ANY(${userIds}::uuid[]) AND ${MAY_REST}
        AND u.last_active_at < now() - make_interval(days => ${afterDays}::int)
      RETURNING u.id`;
    return rows.map(({ id }) => id);
  }

  /** Of these, those who are dormant now. */
  async dormantAmong(userIds: string[]): Promise<string[]> {
    const where = { id: { in: userIds }, dormantSince: { not: null } };
    return (await this.database.user.findMany({ where, select: { id: true } })).map(({ id }) => id);
  }
}

/** Below every id. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
