import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { validationFailed } from '../common/validation.js';
import { Database, type Transaction } from '../database/database.service.js';
import { correctKey } from '../question/correct-key.js';
import type { QuestionDto } from '../question/dto/question.dto.js';
import type { StoredQuestion } from '../question/question.types.js';
import type { Revisions } from './etag.decorators.js';
import { QuizRepository } from './quiz.repository.js';
import { QuizCache } from './quiz-cache.service.js';
import { conflict } from './quiz.errors.js';
import { QuizService } from './quiz.service.js';

/** Another key for the current version of a quiz, checked and not yet stored. */
export interface Correction {
  quizId: string;
  version: number;
  /** Of the quiz that it was checked against. */
  revision: number;
  questions: StoredQuestion[];
}

/** Corrects the key of what is published, in place: learners see the same questions, their answers count otherwise. */
@Injectable()
export class KeyCorrection {
  constructor(
    private readonly database: Database,
    private readonly quizzes: QuizService,
    private readonly rows: QuizRepository,
    private readonly cached: QuizCache,
  ) {}

  /**
   * @param questions all questions of the current version as written, with the right key
   * @param ifMatch the revisions to correct; undefined to correct whatever is there
   * @throws AppError not_found, forbidden, version_conflict; quiz_not_open for a draft; validation_failed where more
   *   than the key is changed
   */
  async check(
    caller: Caller,
    quizId: string,
    questions: QuestionDto[],
    ifMatch?: Revisions,
  ): Promise<Correction> {
    const { row, questions: stored } = await this.quizzes.content(caller, quizId);
    if (ifMatch && !ifMatch.has(row.revision)) throw conflict();
    if (row.status === 'draft')
      throw new AppError('quiz_not_open', { detail: 'Nobody has taken a draft yet; replace its questions' });
    const corrected = correctKey(stored, questions);
    if ('problems' in corrected) throw validationFailed(corrected.problems);
    return { quizId, version: row.version, revision: row.revision, questions: corrected.questions };
  }

  /**
   * Stores a correction together with what follows from it.
   * @returns what `alongside` returns, and the new revision of the quiz
   * @throws AppError version_conflict when the quiz was changed since the correction was checked
   */
  async commit<T>(
    { quizId, version, revision, questions }: Correction,
    alongside: (tx: Transaction) => Promise<T>,
  ): Promise<{ revision: number; outcome: T }> {
    const outcome = await this.cached.change(quizId, () =>
      this.database.$transaction(async (tx) => {
        if (!(await this.rows.correctKey(tx, { id: quizId, version, revision }, questions))) throw conflict();
        return await alongside(tx);
      }),
    );
    return { revision: revision + 1, outcome };
  }
}
