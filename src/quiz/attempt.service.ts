import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import { validationFailed } from '../common/validation.js';
import { learnerViews } from '../question/learner-view.js';
import { exhausted, replaced } from './attempt.errors.js';
import { AttemptRepository, type AttemptRow } from './attempt.repository.js';
import type { Attempt } from './attempt.dto.js';
import { QuizService } from './quiz.service.js';
import { QuizVersions, type QuizVersion } from './quiz-versions.js';

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
      ...{ timeLimitSec: version.timeLimitSec, attemptsAllowed: quiz.attemptsAllowed },
    });
    if (!row) throw exhausted();
    return viewOf(row, learnerViews(version.questions, { shuffleOptions: version.shuffle, seed: row.id }));
  }

  /**
   * The attempt that answers belong to, if any. Whether it still takes them is decided when they are stored.
   * @throws AppError validation_failed when it is none of the caller's
   */
  async named(
    caller: Caller,
    quizId: string,
    attemptId: string | undefined,
  ): Promise<AttemptRow | undefined> {
    if (attemptId === undefined) return undefined;
    const row = await this.attempts.find(attemptId);
    if (row?.userId !== caller.userId || row.quizId !== quizId)
      throw invalid('is no attempt of yours at this quiz');
    return row;
  }

  /**
   * Whether answers are taken without an attempt, judged by the version that is handed in: one that was replaced keeps its clock, and does not stay open for ever.
   * @throws AppError validation_failed when it needs an attempt, quiz_not_open when it was replaced too long ago
   */
  async checkWithout(version: QuizVersion, current: number): Promise<void> {
    if (version.timeLimitSec !== null || version.shuffle)
      throw invalid('is needed for this quiz: begin with POST /quizzes/{id}/attempts');
    if (version.version < current && (await this.versions.isClosed(version))) throw replaced(current);
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
