import { Injectable } from '@nestjs/common';
import { Database, Prisma, type Transaction } from '../database/database.service.js';
import type { Results } from './results.dto.js';

/** The results of a quiz, and what decides who may see them. */
export interface QuizResults {
  authorId: string;
  status: 'draft' | 'published' | 'archived';
  results: Results;
}

interface Row {
  authorId: string;
  status: QuizResults['status'];
  version: number;
  maxScore: number;
  submissions: number;
  participants: number;
  points: number;
  tenths: { tenth: number; count: number }[];
  questions: { questionId: string; answered: number; credit: number }[];
  top: Results['top'];
  generatedAt: Date;
}

@Injectable()
export class ResultsRepository {
  constructor(private readonly database: Database) {}

  /** Undefined when there is no such quiz. */
  async read(quizId: string): Promise<QuizResults | undefined> {
    // A lone statement is given up for lost after 900 ms; one of a transaction may take its time.
    const [row] = await this.database.$transaction(async (tx) => await figuresOf(tx, quizId), {
      maxWait: 900,
    });
    return row && { authorId: row.authorId, status: row.status, results: viewOf(quizId, row) };
  }
}

/** Questions that one pass over the submissions sums up: a column each, which takes a third of what a row each does. */
const BLOCK = 20;

const ofBlock = (column: (place: number) => string): Prisma.Sql =>
  Prisma.raw(Array.from({ length: BLOCK }, (_, index) => column(index + 1)).join(', '));

/** One statement, and one pass over the submissions (docs/decisions/0014-results-in-one-statement.md). */
async function figuresOf(tx: Transaction, quizId: string): Promise<Row[]> {
  return await tx.$queryRaw<Row[]>`
      WITH head AS (
        SELECT q.author_id, q.status, q.version, q.max_score, v.questions
        FROM quizzes q JOIN quiz_versions v ON v.quiz_id = q.id AND v.version = q.version
        WHERE q.id = ${quizId}::uuid
      ), scored AS MATERIALIZED (
        SELECT user_id, score, credits FROM submissions
        WHERE quiz_id = ${quizId}::uuid AND quiz_version = (SELECT version FROM head) AND status = 'scored' AND NOT preview
      ), learner AS MATERIALIZED (
        SELECT user_id, max(score) AS best, count(*) AS submissions, sum(score) AS points FROM scored GROUP BY user_id
      ), tenth AS (
        SELECT least(9, score * 10 / greatest(1, (SELECT max_score FROM head))) AS tenth, count(*)::int AS count
        FROM scored GROUP BY 1
      ), credit AS (
        SELECT block.first + one.place AS place, one.answered, one.credit
        FROM generate_series(0, (SELECT jsonb_array_length(questions) - 1 FROM head), ${BLOCK}::int) AS block (first)
        CROSS JOIN LATERAL (
          SELECT ARRAY[${ofBlock((place) => `count(part[${place}])`)}] AS answered,
            ARRAY[${ofBlock((place) => `sum(part[${place}]::float8)`)}] AS credit
          FROM (SELECT credits[block.first + 1 : block.first + ${BLOCK}::int] AS part FROM scored OFFSET 0) block_of_scored
        ) sums
        CROSS JOIN LATERAL unnest(sums.answered, sums.credit) WITH ORDINALITY AS one (answered, credit, place)
      ), leader AS (
        SELECT l.user_id, l.best, s.ordinal
        FROM learner l JOIN quiz_standings s ON s.user_id = l.user_id AND s.quiz_id = ${quizId}::uuid
        WHERE l.best > 0 AND NOT EXISTS (
          SELECT 1 FROM users u WHERE u.id = l.user_id AND (u.status <> 'active' OR u.deleted_at IS NOT NULL))
        ORDER BY l.best DESC, s.ordinal LIMIT 10
      )
      SELECT head.author_id AS "authorId", head.status::text AS status, head.version, head.max_score AS "maxScore",
        total.*, now() AS "generatedAt",
        (SELECT coalesce(jsonb_agg(jsonb_build_object('tenth', tenth, 'count', count)), '[]') FROM tenth) AS tenths,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('userId', CASE WHEN u.leaderboard_visible THEN u.id END,
           'username', CASE WHEN u.leaderboard_visible THEN u.username END, 'score', l.best)
           ORDER BY l.best DESC, l.ordinal), '[]') FROM leader l JOIN users u ON u.id = l.user_id) AS top,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('questionId', q.question ->> 'id',
           'answered', coalesce(c.answered, 0), 'credit', coalesce(c.credit, 0)) ORDER BY q.place), '[]')
         FROM jsonb_array_elements(head.questions) WITH ORDINALITY AS q (question, place)
         LEFT JOIN credit c ON c.place = q.place) AS questions
      FROM head CROSS JOIN (
        SELECT count(*)::int AS participants, coalesce(sum(submissions), 0)::int AS submissions,
          coalesce(sum(points), 0)::float8 AS points FROM learner) total`;
}

function viewOf(quizId: string, row: Row): Results {
  const counts = new Map(row.tenths.map(({ tenth, count }) => [tenth, count]));
  const share = (sum: number, digits: number) => Number((sum / Math.max(1, row.submissions)).toFixed(digits));
  return {
    quizId,
    quizVersion: row.version,
    submissions: row.submissions,
    participants: row.participants,
    averageScore: share(row.points, 2),
    maxScore: row.maxScore,
    distribution: Array.from({ length: 10 }, (_, tenth) => counts.get(tenth) ?? 0),
    questions: row.questions.map(({ questionId, answered, credit }) => ({
      questionId,
      answered,
      averageCredit: share(credit, 4),
    })),
    top: row.top,
    generatedAt: row.generatedAt.toISOString(),
  };
}
