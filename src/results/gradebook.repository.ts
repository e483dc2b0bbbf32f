import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../database/database.service.js';
import type { GradebookEntry } from './gradebook.dto.js';

export type GradebookRow = Omit<GradebookEntry, 'submissionId' | 'submittedAt' | 'scoredAt'> & {
  id: string;
  submittedAt: Date;
  scoredAt: Date | null;
};

@Injectable()
export class GradebookRepository {
  constructor(private readonly database: Database) {}

  /** Submissions to a quiz, newest first, those older than `after`. */
  async list(quizId: string, limit: number, after?: string): Promise<GradebookRow[]> {
    const older = after === undefined ? Prisma.empty : Prisma.sql`AND id < ${after}::uuid`;
    return await this.database.$queryRaw<GradebookRow[]>`
      WITH page AS (
        SELECT id, user_id, quiz_id, quiz_version, status, submitted_at, scored_at, score, max_score, score_awarded
        FROM submissions WHERE quiz_id = ${quizId}::uuid AND NOT preview ${older} ORDER BY id DESC LIMIT ${limit}
      )
      SELECT p.id, p.user_id AS "userId", u.username, p.quiz_version AS "quizVersion", p.status::text AS status,
        p.submitted_at AS "submittedAt", p.scored_at AS "scoredAt", p.score, p.max_score AS "maxScore",
        p.score_awarded AS "scoreAwarded",
        (SELECT count(*)::int FROM submissions s
         WHERE s.user_id = p.user_id AND s.quiz_id = p.quiz_id AND NOT s.preview AND s.id <= p.id) AS attempt
      FROM page p JOIN users u ON u.id = p.user_id ORDER BY p.id DESC`;
  }
}
