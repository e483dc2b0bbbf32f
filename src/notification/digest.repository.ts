import { Injectable } from '@nestjs/common';
import type { Span } from '../common/period.js';
import type { Transaction } from '../database/database.service.js';
import { quizPublished, type WeeklyDigest } from './kinds/index.js';

export type DigestRow = Omit<WeeklyDigest, 'week'> & { userId: string };

@Injectable()
export class DigestRepository {
  /** What the week brought to a page of users, by id; those to whom it brought nothing are there, too. */
  async page(tx: Transaction, { from, until }: Span, afterId: string, limit: number): Promise<DigestRow[]> {
    return await tx.$queryRaw<DigestRow[]>`
      SELECT u.id AS "userId",
        (SELECT coalesce(sum(l.delta), 0)::int FROM ledger l
         WHERE l.user_id = u.id AND l.delta <> 0 AND l.accepted_on >= ${from}::date AND l.accepted_on < ${until}::date) AS points,
        (SELECT count(*)::int FROM notifications n WHERE n.user_id = u.id AND n.in_app AND n.read_at IS NULL) AS unread,
        coalesce((SELECT array_agg(title) FROM (
          SELECT n.data->>'title' AS title FROM notifications n
          WHERE n.user_id = u.id AND n.kind = ${quizPublished.name}
            AND n.created_at >= ${from}::date AND n.created_at < ${until}::date
          ORDER BY n.id DESC LIMIT 10) newest), '{}') AS quizzes
      FROM users u
      WHERE u.id > ${afterId}::uuid AND u.status = 'active' AND u.deleted_at IS NULL AND u.email_verified_at IS NOT NULL
      ORDER BY u.id LIMIT ${limit}`;
  }
}
