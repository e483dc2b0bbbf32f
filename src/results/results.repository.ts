import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../database/database.service.js';
import type { Results } from './results.dto.js';

/** Results without the names of the top: those are as they are shown when somebody reads. */
export interface Figures extends Omit<Results, 'top'> {
  top: { userId: string; score: number }[];
}

/** The results of a quiz, and what decides who may see them. */
export interface QuizResults {
  authorId: string;
  status: 'draft' | 'published' | 'archived';
  results: Figures;
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
  top: Figures['top'];
  questionIds: string[];
  /** By block of questions, one a question: `unit` for each answer, and its credit. */
  sums: (number | null)[][];
  unit: number;
  /** Of how many submissions the sums are. */
  newest: number;
  generatedAt: Date;
}

@Injectable()
export class ResultsRepository {
  constructor(private readonly database: Database) {}

  /** Undefined when there is no such quiz. */
  async read(quizId: string): Promise<QuizResults | undefined> {
    const [row] = await this.database.readLong<Row>(figuresOf(quizId));
    return row && { authorId: row.authorId, status: row.status, results: viewOf(quizId, row) };
  }
}

/**
 * How many answers the figures of questions are made of: what is summed up in some 0.2 s. Where there are more, they are
 * those of the newest submissions that have so many between them; all other figures are of all submissions.
 */
const ANSWERS = 2_000_000;

/** Questions that are summed up as columns of one row: a third of the work that a row each is. */
const BLOCK = 25;

/** One sum tells two things: an answer adds a unit, which is more than all credits together, and its credit. */
const SUMS = Prisma.raw(
  Array.from({ length: BLOCK }, (_, index) => `sum(unit + part[${index + 1}])`).join(', '),
);

/** One statement (docs/decisions/0014-results-in-one-statement.md). */
function figuresOf(quizId: string): Prisma.Sql {
  const ofVersion = Prisma.sql`quiz_id = ${quizId}::uuid AND quiz_version = (SELECT version FROM head)
    AND status = 'scored' AND NOT preview`;
  return Prisma.sql`
      WITH head AS MATERIALIZED (
        SELECT author_id, status, version, max_score, question_count, ${ANSWERS}::int / greatest(1, question_count) AS most
        FROM quizzes WHERE id = ${quizId}::uuid
      ), counted AS MATERIALIZED (
        SELECT user_id, tenth, max(score) AS best, count(*) AS submissions, sum(score) AS points
        FROM (
          SELECT user_id, score, least(9, score * 10 / greatest(1, (SELECT max_score FROM head))) AS tenth
          FROM submissions WHERE ${ofVersion}
        ) scored GROUP BY GROUPING SETS ((user_id), (tenth))
      ), total AS MATERIALIZED (
        SELECT count(*)::int AS participants, coalesce(sum(submissions), 0)::int AS submissions,
          coalesce(sum(points), 0)::float8 AS points,
          power(2, ceil(log(2, coalesce(sum(submissions), 0) + 1)))::float8 AS unit
        FROM counted WHERE user_id IS NOT NULL
      ), newest AS (
        -- A slice is a copy: what is kept compressed is unpacked once here, not once a block.
        SELECT credits[1:] AS credits FROM submissions
        WHERE ${ofVersion} AND (SELECT submissions <= most FROM total, head)
        UNION ALL (
          SELECT credits[1:] FROM submissions
          WHERE ${ofVersion} AND (SELECT submissions > most FROM total, head)
          ORDER BY id DESC LIMIT (SELECT most FROM head))
        OFFSET 0
      ), block AS (
        SELECT first, ARRAY[${SUMS}] AS sums, count(*)::int AS newest
        FROM newest CROSS JOIN LATERAL (
          SELECT first, newest.credits[first + 1 : first + ${BLOCK}::int] AS part, (SELECT unit FROM total) AS unit
          FROM generate_series(0, (SELECT question_count - 1 FROM head), ${BLOCK}::int) AS first OFFSET 0
        ) part_of_newest
        GROUP BY first
      ), ranked AS MATERIALIZED (
        SELECT user_id, best FROM counted
        WHERE user_id IS NOT NULL AND best > 0 AND NOT EXISTS (
          SELECT 1 FROM users u WHERE u.id = user_id
            AND (u.status <> 'active' OR u.deleted_at IS NOT NULL OR u.dormant_since IS NOT NULL))
      ), leader AS (
        SELECT r.user_id, r.best, s.ordinal
        FROM ranked r JOIN quiz_standings s ON s.user_id = r.user_id AND s.quiz_id = ${quizId}::uuid
        WHERE r.best >= coalesce((SELECT best FROM ranked ORDER BY best DESC OFFSET 9 LIMIT 1), 0)
        ORDER BY r.best DESC, s.ordinal LIMIT 10
      )
      SELECT head.author_id AS "authorId", head.status::text AS status, head.version, head.max_score AS "maxScore",
        total.*, now() AS "generatedAt", (SELECT coalesce(max(newest), 0) FROM block) AS newest,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('tenth', tenth, 'count', submissions)), '[]')
         FROM counted WHERE tenth IS NOT NULL) AS tenths,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('userId', user_id, 'score', best)
           ORDER BY best DESC, ordinal), '[]') FROM leader) AS top,
        (SELECT coalesce(jsonb_agg(question -> 'id' ORDER BY place), '[]')
         FROM quiz_versions v, jsonb_array_elements(v.questions) WITH ORDINALITY AS q (question, place)
         WHERE v.quiz_id = ${quizId}::uuid AND v.version = head.version) AS "questionIds",
        (SELECT coalesce(jsonb_agg(sums ORDER BY first), '[]') FROM block) AS sums
      FROM head CROSS JOIN total`;
}

function viewOf(quizId: string, row: Row): Figures {
  const counts = new Map(row.tenths.map(({ tenth, count }) => [tenth, count]));
  return {
    quizId,
    quizVersion: row.version,
    submissions: row.submissions,
    participants: row.participants,
    averageScore: share(row.points, row.submissions, 2),
    maxScore: row.maxScore,
    distribution: Array.from({ length: 10 }, (_, tenth) => counts.get(tenth) ?? 0),
    questions: questionsOf(row),
    top: row.top,
    generatedAt: row.generatedAt.toISOString(),
  };
}

function questionsOf({ questionIds, sums, unit, newest }: Row): Results['questions'] {
  const all = sums.flat();
  return questionIds.map((questionId, index) => {
    const sum = all[index] ?? 0;
    const answered = Math.floor(sum / unit);
    return { questionId, answered, averageCredit: share(sum - answered * unit, newest, 4) };
  });
}

const share = (sum: number, count: number, digits: number): number =>
  Number((sum / Math.max(1, count)).toFixed(digits));
