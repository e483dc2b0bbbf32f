import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Cache } from '../cache/cache.service.js';
import type { Caller } from '../common/caller.js';
import { cachedResults } from '../quiz/quiz-cache.service.js';
import { noSuchQuiz } from '../quiz/quiz.errors.js';
import type { Results } from './results.dto.js';
import { ResultsRepository, type QuizResults } from './results.repository.js';

const KEPT_SEC = 60;

export interface ResultsAnswer {
  results: Results;
  hit: boolean;
  ageSec: number;
  /** Weak: the same while the figures are, whenever they were computed. */
  etag: string;
}

/** What became of a quiz, at most 60 s old; changes of the quiz itself show at once. */
@Injectable()
export class ResultsService {
  constructor(
    private readonly cache: Cache,
    private readonly quizzes: ResultsRepository,
  ) {}

  /** Of a published quiz for everybody, of others for their author and admins. @throws AppError not_found */
  async read(caller: Caller, quizId: string): Promise<ResultsAnswer> {
    const cached = await this.cache.getOrLoad(cachedResults(quizId), KEPT_SEC, () => this.load(quizId));
    const { status, authorId, results } = cached.value;
    const visible = status === 'published' || authorId === caller.userId || caller.role === 'admin';
    if (!visible) throw noSuchQuiz();
    return { results, hit: cached.hit, ageSec: cached.ageSec, etag: etagOf(results) };
  }

  private async load(quizId: string): Promise<QuizResults> {
    const found = await this.quizzes.read(quizId);
    if (!found) throw noSuchQuiz();
    return found;
  }
}

function etagOf(results: Results): string {
  const figures = JSON.stringify({ ...results, generatedAt: undefined });
  return `W/"${createHash('sha256').update(figures).digest('base64url').slice(0, 22)}"`;
}
