import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../common/errors.js';
import { GroupCommit, type Settled } from '../common/group-commit.js';
import { isOutage } from '../common/problem.js';
import { patience } from '../database/patience.js';
import { Outbox } from '../jobs/outbox.service.js';
import { exhausted, handedIn, late } from './attempt.errors.js';
import { scoreSubmission } from './submission.jobs.js';
import { IrregularGroup, SubmissionRepository, type NewSubmission } from './submission.repository.js';

/** What became of a submission: stored now, or answered before under the same Idempotency-Key. */
export type Intake = { outcome: 'stored'; submittedAt: Date } | { outcome: 'answered_before' };

/** Takes submissions in: one commit for all that arrived together, then their jobs. */
@Injectable()
export class SubmissionIntake {
  private readonly logger = new Logger(SubmissionIntake.name);
  private readonly groups = new GroupCommit<NewSubmission, Intake>({
    maxSize: 100,
    parallel: 2,
    conflictKeys: (row) => [
      `${row.userId}:${row.quizId}`,
      ...(row.idempotency ? [`${row.userId}#${row.idempotency.key}`] : []),
    ],
    write: async (rows) => await this.write(rows),
    patienceMs: patience.answerMs,
    tooLate,
  });

  constructor(
    private readonly submissions: SubmissionRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @throws AppError attempts_exhausted, quiz_not_open, or unavailable when it is sure that nothing was stored or cannot be known */
  async take(row: NewSubmission): Promise<Intake> {
    return await this.groups.submit(row);
  }

  private async write(rows: NewSubmission[]): Promise<Settled<Intake>[]> {
    const results = await this.store(rows);
    const jobs = rows.filter((_, index) => isStored(results[index])).map(({ id }) => ({ id, data: {} }));
    if (jobs.length > 0) await this.outbox.enqueueSoon(scoreSubmission, jobs);
    return results;
  }

  // A lost connection leaves open whether the commit happened. The same rows under the same ids are tried once more:
  // those that are there already show as irregular and are then looked at one by one.
  private async store(rows: NewSubmission[]): Promise<Settled<Intake>[]> {
    try {
      return await this.storeGroup(rows);
    } catch (error) {
      this.logger.warn(`A group of ${rows.length} was not stored at once: ${String(error)}`);
      if (!isOutage(error)) return await this.storeEach(rows);
    }
    try {
      return await this.storeGroup(rows);
    } catch (error) {
      if (!isOutage(error)) return await this.storeEach(rows);
      throw error;
    }
  }

  private async storeGroup(rows: NewSubmission[]): Promise<Settled<Intake>[]> {
    try {
      const times = await this.submissions.insert(rows);
      return rows.map((row) => stored(times.get(row.id)));
    } catch (error) {
      // What is irregular about a row alone is known at once.
      const [row] = rows;
      if (row && rows.length === 1 && error instanceof IrregularGroup) return [await this.settle(row, error)];
      throw error;
    }
  }

  // An outage is not met once for each row: those that are left would wait for nothing.
  private async storeEach(rows: NewSubmission[]): Promise<Settled<Intake>[]> {
    const results: Settled<Intake>[] = [];
    let outage: Settled<Intake> | undefined;
    for (const row of rows) {
      const result = outage ?? (await this.storeOne(row));
      if (!result.ok && isOutage(result.error)) outage = result;
      results.push(result);
    }
    return results;
  }

  private async storeOne(row: NewSubmission): Promise<Settled<Intake>> {
    try {
      return stored((await this.submissions.insert([row])).get(row.id));
    } catch (error) {
      return error instanceof IrregularGroup ? await this.settle(row, error) : { ok: false, error };
    }
  }

  private async settle(row: NewSubmission, { reason }: IrregularGroup): Promise<Settled<Intake>> {
    if (reason === 'key_taken') return { ok: true, value: { outcome: 'answered_before' } };
    if (reason === 'stored_before') return stored((await this.submissions.find(row.id))?.submittedAt);
    return { ok: false, error: REFUSALS[reason]() };
  }
}

const REFUSALS = { attempts_exhausted: exhausted, handed_in: handedIn, late };

const stored = (submittedAt: Date | undefined): Settled<Intake> =>
  submittedAt
    ? { ok: true, value: { outcome: 'stored', submittedAt } }
    : { ok: false, error: new Error('A submission was stored without a time') };

const tooLate = (begun: boolean) =>
  new AppError('unavailable', {
    retryAfterSec: 1,
    detail: begun
      ? 'It is not known yet whether the answers were stored; send them again under the same Idempotency-Key'
      : 'Too many answers arrive at the moment; nothing was stored, send them again shortly',
  });

const isStored = (result: Settled<Intake> | undefined) =>
  result?.ok === true && result.value.outcome === 'stored';
