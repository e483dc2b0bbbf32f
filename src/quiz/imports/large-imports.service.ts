import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/caller.js';
import { AppError } from '../../common/errors.js';
import { newId } from '../../common/id.js';
import { Database } from '../../database/database.service.js';
import { Outbox } from '../../jobs/outbox.service.js';
import { Hopeless, type JobInput, type Progress } from '../../queue/job.js';
import {
  countQuestionsGently,
  importQuestionsGently,
  type FileImport,
} from '../../question/interchange/import-questions.js';
import type { ImportQuery, ImportResult } from '../quiz.dto.js';
import { QuizCache } from '../quiz-cache.service.js';
import { QuizImportService, quizzesTooLarge, resultOf } from '../quiz-import.service.js';
import { QuizService } from '../quiz.service.js';
import type { ImportView } from './import.dto.js';
import type { ImportFile } from './import-file.js';
import { readImport } from './import.jobs.js';
import { ImportRepository, type ImportRow, type Pending } from './import.repository.js';

/** Questions that are read while the author waits. */
const MOST_AT_ONCE = 1_000;
/** Files of one author that may wait: each holds up to 5 MB. */
const MOST_WAITING = 5;
const PROGRESS_MS = 300;
/** The commit of 10,000 questions takes about 3 s. */
const COMMIT = { maxWait: 5_000, timeout: 60_000 };

const UNREADABLE =
  'Reading it failed several times; an administrator finds the reason under its id, and can have it tried again';

/** Files that are too large to be read while their author waits. */
@Injectable()
export class LargeImports {
  constructor(
    private readonly database: Database,
    private readonly rows: ImportRepository,
    private readonly imports: QuizImportService,
    private readonly quizzes: QuizService,
    private readonly cached: QuizCache,
    private readonly outbox: Outbox,
  ) {}

  /** How many questions a file seems to hold, if they are more than are read while its author waits. */
  async sizeOfLarge({ format, text }: ImportFile): Promise<number | undefined> {
    const size = await countQuestionsGently(format, text);
    return size > MOST_AT_ONCE ? size : undefined;
  }

  /**
   * Promises to read a file.
   * @param total as `sizeOfLarge` tells
   * @throws AppError rate_limited while five of the author's wait already
   */
  async accept(ownerId: string, file: ImportFile, query: ImportQuery, total: number): Promise<ImportView> {
    const { dryRun, publish, quizSize } = query;
    const order = { format: file.format, dryRun, publish, quizSize };
    const row = await this.rows.insertUnless(MOST_WAITING, {
      id: newId(),
      ownerId,
      content: file.text,
      total,
      ...order,
    });
    if (!row)
      throw new AppError('rate_limited', {
        detail: 'Wait until one of your imports is done',
        retryAfterSec: 5,
      });
    await this.outbox.enqueueSoon(readImport, [{ id: row.id, data: {} }]);
    return viewOf(row);
  }

  /** For its owner and admins; others are told that there is none. */
  async read(caller: Caller, id: string): Promise<ImportView> {
    const row = await this.rows.find(id);
    if (!row || (row.ownerId !== caller.userId && caller.role !== 'admin'))
      throw new AppError('not_found', { detail: 'There is no such import' });
    return viewOf(row);
  }

  /**
   * Reads a file and stores its quizzes and the result in one commit, however often it is told to.
   * @throws Hopeless when it makes a quiz that nobody could hand in
   * @param tell how far it is, beside the import's own row
   */
  async run(id: string, tell: (progress: Progress) => Promise<void>): Promise<void> {
    const order = await this.rows.begin(id);
    if (!order) return;
    const { format, content, quizSize, total } = order;
    const progress = this.progressOf(id, async (done) => await tell({ done, total }));
    const file = await importQuestionsGently(format, content, { quizSize, progress });
    const [problem] = quizzesTooLarge(file);
    if (problem) throw new Hopeless(problem.message);
    const commit = async () => await this.store(id, order, file);
    const announces = order.publish && !order.dryRun;
    await this.quizzes.announceSoon(await (announces ? this.cached.add(commit) : commit()));
  }

  private async store(id: string, order: Pending, file: FileImport): Promise<JobInput[]> {
    const processed = file.accepted + file.rejected.length;
    return await this.database.$transaction(async (tx) => {
      // Holds the row: who comes second finds it done.
      if (!(await this.rows.finish(tx, id, processed))) return [];
      const stored = order.dryRun
        ? { ids: [], announcements: [] }
        : await this.imports.store(tx, order.ownerId, file, order.publish);
      await this.rows.tell(tx, id, resultOf(file, stored.ids));
      return stored.announcements;
    }, COMMIT);
  }

  /** Tells its owner why it failed, if that is for an author to know. */
  async giveUp(id: string, error: Error): Promise<void> {
    await this.rows.fail(id, error instanceof Hopeless ? error.message : UNREADABLE);
  }

  private progressOf(id: string, tell: (done: number) => Promise<void>) {
    let toldAt = performance.now();
    return async (processed: number): Promise<void> => {
      await nextTurn();
      if (performance.now() - toldAt < PROGRESS_MS) return;
      await Promise.all([this.rows.progress(id, processed), tell(processed)]);
      toldAt = performance.now();
    };
  }
}

const viewOf = (row: ImportRow): ImportView => ({
  id: row.id,
  status: row.status,
  processed: row.processed,
  total: row.total,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  ...(row.result === null ? {} : { result: row.result as ImportResult & typeof row.result }),
  ...(row.reason === null ? {} : { reason: row.reason }),
});
