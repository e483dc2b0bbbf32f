import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import { validationFailed } from '../common/validation.js';
import { learnerViews } from '../question/learner-view.js';
import { exhausted } from './attempt.errors.js';
import { AttemptRepository, type AttemptRow } from './attempt.repository.js';
import type { Attempt } from './attempt.dto.js';
import type { QuizRow } from './quiz.repository.js';
import { QuizService } from './quiz.service.js';
import { QuizVersions } from './quiz-versions.js';

/** Attempts at quizzes: each has one clock, one order of things, and takes one submission. */
@Injectable()
export class AttemptService {
  constructor(
    private readonly quizzes: QuizService,
    private readonly versions: QuizVersions,
    private readonly attempts: AttemptRepository,
  ) {}

  /**
   * Begins an attempt at the current version, or goes on with the one that is open.
   * @throws AppError not_found, quiz_not_open, attempts_exhausted
   */
  async begin(caller: Caller, quizId: string): Promise<Attempt> {
    const quiz = await this.quizzes.head(quizId);
    if (quiz.status !== 'published')
      throw new AppError('quiz_not_open', { detail: 'This quiz takes no attempts' });
    const version = await this.versions.get(quizId, quiz.version);
    if (!version) throw new AppError('internal');
    const row = await this.attempts.begin({
      ...{ id: newId(), userId: caller.userId, quizId, quizVersion: quiz.version },
      ...{ timeLimitSec: quiz.timeLimitSec, attemptsAllowed: quiz.attemptsAllowed },
    });
    if (!row) throw exhausted();
    return viewOf(row, learnerViews(version.questions, { shuffleOptions: quiz.shuffle, seed: row.id }));
  }

  /**
   * The attempt that answers belong to, if any. Whether it still takes them is decided when they are stored.
   * @throws AppError validation_failed when the quiz needs one or it is none of the caller's
   */
  async named(caller: Caller, quiz: QuizRow, attemptId: string | undefined): Promise<AttemptRow | undefined> {
    if (attemptId === undefined) {
      if (quiz.timeLimitSec === null && !quiz.shuffle) return undefined;
      throw invalid('is needed for this quiz: begin with POST /quizzes/{id}/attempts');
    }
    const row = await this.attempts.find(attemptId);
    if (row?.userId !== caller.userId || row.quizId !== quiz.id)
      throw invalid('is no attempt of yours at this quiz');
    return row;
  }
}

const invalid = (message: string) => validationFailed([{ path: 'attemptId', message }]);

const viewOf = (row: AttemptRow, questions: Attempt['questions']): Attempt => ({
  id: row.id,
  quizId: row.quizId,
  quizVersion: row.quizVersion,
  startedAt: row.startedAt.toISOString(),
  deadline: row.deadline?.toISOString() ?? null,
  questions,
});
