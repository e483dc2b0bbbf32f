import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Cache } from '../cache/cache.service.js';
import type { Caller } from '../common/caller.js';
import { cachedResults } from '../quiz/quiz-cache.service.js';
import { noSuchQuiz } from '../quiz/quiz.errors.js';
import { ProfileService } from '../profile/profile.service.js';
import type { Results } from './results.dto.js';
import { ResultsRepository, type Figures, type QuizResults } from './results.repository.js';

const KEPT_SEC = 60;

export interface ResultsAnswer {
  results: Results;
  hit: boolean;
  ageSec: number;
  /** Weak: the same while figures and names are, whenever they were computed. */
  etag: string;
}

/** What became of a quiz, at most 60 s old; changes of the quiz itself show at once. */
@Injectable()
export class ResultsService {
  constructor(
    private readonly cache: Cache,
    private readonly quizzes: ResultsRepository,
    private readonly profiles: ProfileService,
  ) {}

  /** Of a published quiz for everybody, of others for their author and admins. @throws AppError not_found */
  async read(caller: Caller, quizId: string): Promise<ResultsAnswer> {
    const cached = await this.cache.getOrLoad(cachedResults(quizId), KEPT_SEC, () => this.load(quizId));
    const { status, authorId, results: figures } = cached.value;
    const visible = status === 'published' || authorId === caller.userId || caller.role === 'admin';
    if (!visible) throw noSuchQuiz();
    const results = await this.named(figures);
    return { results, hit: cached.hit, ageSec: cached.ageSec, etag: etagOf(results) };
  }

  /** Whoever hid or was deleted since the figures were computed has no name. */
  private async named({ top, ...figures }: Figures): Promise<Results> {
    const names = await this.profiles.shownNames(top.map(({ userId }) => userId));
    const shown = top.map(({ userId, score }) => {
      const username = names.get(userId) ?? null;
      return { userId: username === null ? null : userId, username, score };
    });
    return { ...figures, top: shown };
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
