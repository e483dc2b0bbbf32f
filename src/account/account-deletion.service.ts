import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit.service.js';
import { PasswordCheck } from '../auth/password/password-check.service.js';
import { SessionService } from '../auth/session.service.js';
import { leaveChat } from '../chat/chat.jobs.js';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { Database } from '../database/database.service.js';
import { Outbox } from '../jobs/outbox.service.js';
import { MailService } from '../mail/mail.service.js';
import { AccountDeletionRepository } from './account-deletion.repository.js';
import { AccountFollower } from './account-follower.service.js';
import { AccountStateRepository } from './account.repository.js';
import { AdminUsersService } from './admin-users.service.js';

/** Deletes accounts: what is personal goes, in one commit; what counts in statistics stays under a stub. */
@Injectable()
export class AccountDeletionService {
  constructor(
    private readonly database: Database,
    private readonly passwords: PasswordCheck,
    private readonly accounts: AccountStateRepository,
    private readonly deletion: AccountDeletionRepository,
    private readonly sessions: SessionService,
    private readonly admin: AdminUsersService,
    private readonly mails: MailService,
    private readonly follower: AccountFollower,
    private readonly audit: AuditLog,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Deletes the caller's account, who knows its password; may be repeated.
   * @throws AppError invalid_credentials, login_locked; forbidden for the reserved administrator
   */
  async delete({ userId }: Caller, password: string, deviceToken: string | undefined): Promise<void> {
    await this.passwords.ofUser(userId, password, deviceToken);
    const jobs = await this.database.$transaction(async (tx) => {
      const account = await this.accounts.lock(tx, userId);
      if (!account) return undefined;
      if (this.admin.isReserved(account))
        throw new AppError('forbidden', { detail: 'ADMIN_EMAIL names this account; it cannot be deleted' });
      await this.sessions.endAllWithin(tx, userId);
      await this.deletion.makeStub(tx, userId);
      await this.deletion.removePersonalData(tx, userId);
      await this.audit.record({ userId, actorId: userId, action: 'account.deleted' }, tx);
      const { email, username } = account;
      const notice = await this.mails.promise(tx, { kind: 'account_deleted', secret: { email, username } });
      const leave = await this.outbox.add(tx, leaveChat, { userId });
      return { notice, leave, follow: await this.follower.promise(tx, userId) };
    });
    if (!jobs) return;
    await this.follower.followSoon(userId, jobs.follow);
    await this.outbox.enqueueSoon(leaveChat, [jobs.leave]);
    await this.mails.sendSoon(jobs.notice);
  }
}
