import { Injectable } from '@nestjs/common';
import { Cache } from '../cache/cache.service.js';
import type { Caller } from '../common/caller.js';
import { QuizService } from '../quiz/quiz.service.js';
import type { QuizFunnel } from './analytics.dto.js';
import { FunnelRepository } from './funnel.repository.js';
import { STANDARD_ERROR_PERCENT } from './sketch.js';
import { SketchRepository } from './sketch.repository.js';
import { SketchStore } from './sketch.store.js';

const KEPT_SEC = 60;

/** How far learners get with a quiz; at most 60 s old. */
@Injectable()
export class FunnelService {
  constructor(
    private readonly quizzes: QuizService,
    private readonly cache: Cache,
    private readonly learners: FunnelRepository,
    private readonly sketches: SketchStore,
    private readonly rows: SketchRepository,
  ) {}

  /** For the quiz's author and admins. @throws AppError not_found, forbidden */
  async read(caller: Caller, quizId: string): Promise<QuizFunnel> {
    await this.quizzes.owned(caller, quizId);
    const cached = await this.cache.getOrLoad(`funnel:${quizId}`, KEPT_SEC, () => this.load(quizId));
    return cached.value;
  }

  private async load(quizId: string): Promise<QuizFunnel> {
    const { generatedAt, ...steps } = await this.learners.read(quizId);
    const held = await this.rows.find([{ kind: 'viewers', subject: quizId }]);
    const { together } = await this.sketches.sizes(held);
    return {
      ...{ quizId, viewed: Math.max(together, steps.started), ...steps },
      viewedStandardErrorPercent: STANDARD_ERROR_PERCENT,
      generatedAt: generatedAt.toISOString(),
    };
  }
}
