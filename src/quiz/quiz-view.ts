import type { Quiz } from './quiz.dto.js';
import type { QuizRow } from './quiz.repository.js';

export const viewOf = (row: QuizRow): Quiz => ({
  id: row.id,
  title: row.title,
  description: row.description,
  tags: row.tags,
  status: row.status,
  version: row.version,
  questionCount: row.questionCount,
  maxScore: row.maxScore,
  timeLimitSec: row.timeLimitSec,
  attemptsAllowed: row.attemptsAllowed,
  authorId: row.authorId,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
