import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/caller.js';
import { AppError } from '../../common/errors.js';
import { newId } from '../../common/id.js';
import { Outbox } from '../../jobs/outbox.service.js';
import { KeyCorrection, type Correction } from '../../quiz/key-correction.service.js';
import { QuizService } from '../../quiz/quiz.service.js';
import type { Regrade } from './regrade.dto.js';
import { applyRegrade } from './regrade.jobs.js';
import { RegradeRepository, type RegradeRow } from './regrade.repository.js';

/** Regrades as authors order and follow them. */
@Injectable()
export class RegradeService {
  constructor(
    private readonly corrections: KeyCorrection,
    private readonly quizzes: QuizService,
    private readonly rows: RegradeRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Stores a correction and promises to apply it, in one commit. @throws AppError version_conflict */
  async order(correction: Correction): Promise<{ revision: number; view: Regrade }> {
    const { quizId, version: quizVersion } = correction;
    const { revision, outcome } = await this.corrections.commit(
      correction,
      async (tx) => await this.rows.insert(tx, { id: newId(), quizId, quizVersion }),
    );
    await this.outbox.enqueueSoon(applyRegrade, [{ id: outcome.id, data: {} }]);
    return { revision, view: viewOf(outcome) };
  }

  /** For the author of the quiz and admins. @throws AppError not_found, forbidden */
  async read(caller: Caller, quizId: string, id: string): Promise<Regrade> {
    await this.quizzes.owned(caller, quizId);
    const row = await this.rows.find(id, quizId);
    if (!row) throw new AppError('not_found', { detail: 'There is no such regrade' });
    return viewOf(row);
  }
}

const viewOf = (row: RegradeRow): Regrade => ({
  ...{ id: row.id, quizId: row.quizId, quizVersion: row.quizVersion, status: row.status },
  ...{ processed: row.processed, total: row.total, changed: row.changed },
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});
