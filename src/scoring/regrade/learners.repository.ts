import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../database/database.service.js';
import type { Answer } from '../../question/check-answers.js';
import { grade } from '../../question/grader.js';
import type { StoredQuestion } from '../../question/question.types.js';
import type { Learner, ScoredSubmission } from './compensation.js';

/** What to grade again, and by which key. */
export interface RegradeOf {
  quizId: string;
  version: number;
  /** Of the key; what was graded by an older one is graded again. */
  keyRevision: number;
  questions: StoredQuestion[];
}

export type NamedLearner = Learner & { username: string };

type Row = Omit<ScoredSubmission, 'graded'> & { userId: string; answers: Answer[] | null };

/** Those who took a quiz, with what they would have by another key. */
@Injectable()
export class LearnersRepository {
  constructor(private readonly database: Database) {}

  /** Who was scored on a quiz, by id. */
  async page(quizId: string, afterId: string, limit: number): Promise<string[]> {
    const rows = await this.database.quizStanding.findMany({
      where: { quizId, userId: { gt: afterId } },
      select: { userId: true },
      orderBy: { userId: 'asc' },
      take: limit,
    });
    return rows.map(({ userId }) => userId);
  }

  /** These learners, by id, with their submissions graded again where the key is a later one. */
  async load(tx: Transaction, of: RegradeOf, userIds: string[]): Promise<NamedLearner[]> {
    const learners = await tx.$queryRaw<Omit<NamedLearner, 'submissions'>[]>`
      SELECT u.id AS "userId", u.username, q.quiz_id AS "quizId", u.total_score AS "totalScore",
             u.quizzes_solved AS "quizzesSolved", u.seq, u.ordinal, q.best, q.ordinal AS "bestOrdinal"
      FROM users u JOIN quiz_standings q ON q.user_id = u.id AND q.quiz_id = ${of.quizId}::uuid
      WHERE u.id = ANY(${userIds}::uuid[]) ORDER BY u.id`;
    const rows = await tx.$queryRaw<Row[]>`
      SELECT s.id AS "submissionId", s.user_id AS "userId", s.score, s.score_awarded AS "scoreAwarded",
             (SELECT max(l.revision) FROM ledger l WHERE l.submission_id = s.id) AS revision,
             CASE WHEN s.quiz_version = ${of.version} AND s.key_revision < ${of.keyRevision} THEN s.answers END AS answers
      FROM submissions s JOIN ledger first ON first.submission_id = s.id AND first.revision = 1
      WHERE s.quiz_id = ${of.quizId}::uuid AND s.user_id = ANY(${userIds}::uuid[]) ORDER BY first.seq`;
    const submissions = new Map<string, ScoredSubmission[]>(userIds.map((userId) => [userId, []]));
    for (const { userId, answers, ...row } of rows) {
      const graded = answers && { grade: grade(of.questions, answers), keyRevision: of.keyRevision };
      submissions.get(userId)?.push({ ...row, graded: graded ?? undefined });
    }
    return learners.map((learner) => ({ ...learner, submissions: submissions.get(learner.userId) ?? [] }));
  }
}
