import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit.service.js';
import type { Caller } from '../../common/caller.js';
import { AppError } from '../../common/errors.js';
import { newId } from '../../common/id.js';
import { validationFailed } from '../../common/validation.js';
import { Database, type Transaction } from '../../database/database.service.js';
import { MailService } from '../../mail/mail.service.js';
import type { JobInput } from '../../queue/job.js';
import { IdentityFollower } from '../identity/identity-follower.service.js';
import { CodeSlots } from '../otp/code-slots.js';
import { OneTimeCodes } from '../otp/one-time-codes.js';
import { PasswordCheck } from '../password/password-check.service.js';
import { SessionService } from '../session.service.js';
import { AddressRepository } from './address.repository.js';
import type { ChangeEmail } from './email-change.dto.js';
import { PendingAddress } from './pending-address.js';

/**
 * Gives an account another address: asked for with the password, done with a code that was sent there. Whether
 * somebody has the new address is told to its owner only, by mail.
 */
@Injectable()
export class EmailChangeService {
  constructor(
    private readonly database: Database,
    private readonly addresses: AddressRepository,
    private readonly slots: CodeSlots,
    private readonly codes: OneTimeCodes,
    private readonly pending: PendingAddress,
    private readonly passwords: PasswordCheck,
    private readonly sessions: SessionService,
    private readonly follower: IdentityFollower,
    private readonly mails: MailService,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Promises a code to the new address and a notice to the old.
   * @throws AppError invalid_credentials, login_locked, validation_failed for one's own address; rate_limited
   */
  async request(
    { userId }: Caller,
    { newEmail, password }: ChangeEmail,
    deviceToken: string | undefined,
  ): Promise<void> {
    const { email } = await this.passwords.ofUser(userId, password, deviceToken);
    if (newEmail === email)
      throw validationFailed([{ path: 'newEmail', message: 'newEmail is your address already' }]);
    await this.requireFew(userId);
    const jobs = await this.database.$transaction(async (tx) => {
      await this.audit.record({ userId, actorId: userId, action: 'email.change_requested' }, tx);
      return [
        await this.mails.promise(tx, { kind: 'email_change', userId, secret: { email: newEmail } }),
        await this.mails.promise(tx, { kind: 'email_change_requested', userId, secret: { email } }),
      ];
    });
    for (const job of jobs) await this.mails.sendSoon(job);
  }

  /** Makes the change. @throws AppError invalid_code; email_taken when somebody was faster */
  async confirm({ userId, sessionId }: Caller, code: string): Promise<void> {
    const sealed = await this.codes.redeem(this.slots.emailChange(userId), code);
    const email = sealed === undefined ? undefined : this.pending.open(userId, sealed);
    const jobs =
      email === undefined
        ? undefined
        : await this.addresses.replace({ userId, email }, async (tx, before) => {
            // A session begun before any address was proven may be that of somebody else who signed up with it.
            if (!before.proven) await this.sessions.endAllWithin(tx, userId, { exceptId: sessionId });
            const notice = await this.noteChange(tx, userId, before.email);
            return { notice, follow: await this.follower.promise(tx, userId) };
          });
    if (!jobs)
      throw new AppError('invalid_code', { detail: 'The code is wrong, used or too old; ask for another' });
    await this.follower.followSoon(userId, jobs.follow);
    await this.mails.sendSoon(jobs.notice);
  }

  private async noteChange(tx: Transaction, userId: string, oldEmail: string): Promise<JobInput> {
    await this.audit.record({ userId, actorId: userId, action: 'email.changed' }, tx);
    return await this.mails.promise(tx, { kind: 'email_changed', userId, secret: { email: oldEmail } });
  }

  /** @throws AppError rate_limited */
  private async requireFew(userId: string): Promise<void> {
    const waitMs = await this.codes.ask(this.slots.emailChangeAsked(userId), newId(), 0);
    if (waitMs === 0) return;
    const retryAfterSec = Math.ceil(waitMs / 1000);
    throw new AppError('rate_limited', {
      detail: `At most 5 changes an hour; try again in ${retryAfterSec} s`,
      retryAfterSec,
    });
  }
}
