import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit.service.js';
import { AppError } from '../../common/errors.js';
import { newId } from '../../common/id.js';
import { ScriptRunner } from '../../redis/script-runner.js';
import { beginTry, finishTry, TRIES_AN_HOUR, type Try } from './mfa.scripts.js';

/** A ticket that is no longer, or never was. */
export const badTicket = () =>
  new AppError('invalid_token', { detail: 'The ticket is no longer good; log in again' });

/**
 * Bounds guessing (NIST SP 800-63B, section 3.2.2): 5 tries a ticket and 10 wrong ones in any hour a user, counted
 * before they are compared. What a flush of Redis costs is these counts; a code that was used stays used.
 */
@Injectable()
export class MfaTries {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Counts a try, makes it, and takes the count back when it was right.
   * @param isRight makes the try
   * @throws AppError invalid_code; login_locked; invalid_token when the ticket has been used up
   */
  async attempt(one: Omit<Try, 'id'>, isRight: () => Promise<boolean>): Promise<void> {
    const attempt = { ...one, id: newId() };
    const begun = await this.scripts.run(beginTry, attempt);
    if (begun.state === 'spent') throw badTicket();
    if (begun.state === 'locked') throw locked(begun.retryAfterMs);
    if (!(await isRight())) {
      if (begun.tries === TRIES_AN_HOUR) await this.recordLock(one);
      throw new AppError('invalid_code');
    }
    if (!(await this.scripts.run(finishTry, attempt))) throw badTicket();
  }

  private async recordLock({ userId, scope }: Omit<Try, 'id'>): Promise<void> {
    const actorId = scope === 'session' ? userId : null;
    await this.audit.record({ userId, actorId, action: 'login.locked', details: { secondFactor: true } });
  }
}

const locked = (retryAfterMs: number) =>
  new AppError('login_locked', {
    detail: 'Too many wrong codes; try again later',
    retryAfterSec: retryAfterMs / 1000,
  });
