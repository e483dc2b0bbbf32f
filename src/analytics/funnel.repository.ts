import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../database/database.service.js';

/** Learners at the steps that leave a row, and when they were counted. */
export interface FunnelRow {
  started: number;
  submitted: number;
  passed: number;
  generatedAt: Date;
}

@Injectable()
export class FunnelRepository {
  constructor(private readonly database: Database) {}

  /** Learners only: what somebody hands in who may read the key is a preview, and what they begin is none either. */
  async read(quizId: string): Promise<FunnelRow> {
    const [row] = await this.database.readLong<FunnelRow>(Prisma.sql`
        WITH handed_in AS MATERIALIZED (
          SELECT user_id, coalesce(bool_or(status = 'scored' AND score * 2 >= max_score), false) AS passed
          FROM submissions WHERE quiz_id = ${quizId}::uuid AND NOT preview GROUP BY user_id),
        begun AS (
          SELECT DISTINCT a.user_id FROM attempts a JOIN users u ON u.id = a.user_id
          WHERE a.quiz_id = ${quizId}::uuid AND u.role <> 'admin'
            AND a.user_id <> (SELECT author_id FROM quizzes WHERE id = ${quizId}::uuid))
        SELECT (SELECT count(*)::int FROM (SELECT user_id FROM begun UNION SELECT user_id FROM handed_in) one) AS started,
          count(*)::int AS submitted, (count(*) FILTER (WHERE passed))::int AS passed, now() AS "generatedAt"
        FROM handed_in`);
    if (!row) throw new Error('Counting answered with no row');
    return row;
  }
}
