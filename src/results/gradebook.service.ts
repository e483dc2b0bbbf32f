import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { idFromCursor, pageOf, type Page, type PageQuery } from '../common/page.js';
import { QuizService } from '../quiz/quiz.service.js';
import { csvLine } from './csv.js';
import type { GradebookEntry } from './gradebook.dto.js';
import { GradebookRepository, type GradebookRow } from './gradebook.repository.js';

const COLUMNS = [
  ...(['submissionId', 'userId', 'username', 'attempt', 'quizVersion', 'status'] as const),
  ...(['submittedAt', 'scoredAt', 'score', 'maxScore', 'scoreAwarded'] as const),
] satisfies (keyof GradebookEntry)[];

const ROWS_A_CHUNK = 500;

/** All submissions to a quiz but previews, of every version and status, newest first; for its author and admins. */
@Injectable()
export class GradebookService {
  constructor(
    private readonly quizzes: QuizService,
    private readonly submissions: GradebookRepository,
  ) {}

  /** @throws AppError not_found, forbidden, validation_failed */
  async page(caller: Caller, quizId: string, query: PageQuery): Promise<Page<GradebookEntry>> {
    await this.quizzes.owned(caller, quizId);
    const rows = await this.submissions.list(quizId, query.limit + 1, idFromCursor(query.cursor));
    return pageOf(rows, query.limit, viewOf);
  }

  /**
   * The whole gradebook as CSV, 500 rows at a time and read only as fast as they are taken.
   * @throws AppError not_found, forbidden before the first chunk
   */
  async *csv(caller: Caller, quizId: string): AsyncGenerator<string> {
    await this.quizzes.owned(caller, quizId);
    let rows = await this.submissions.list(quizId, ROWS_A_CHUNK);
    yield csvLine(COLUMNS) + linesOf(rows);
    while (rows.length === ROWS_A_CHUNK) {
      rows = await this.submissions.list(quizId, ROWS_A_CHUNK, rows.at(-1)?.id);
      yield linesOf(rows);
    }
  }
}

const linesOf = (rows: GradebookRow[]): string =>
  rows
    .map(viewOf)
    .map((entry) => csvLine(COLUMNS.map((column) => entry[column])))
    .join('');

const viewOf = ({ id, submittedAt, scoredAt, ...row }: GradebookRow): GradebookEntry => ({
  submissionId: id,
  ...row,
  submittedAt: submittedAt.toISOString(),
  scoredAt: scoredAt?.toISOString() ?? null,
});
