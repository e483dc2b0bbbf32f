import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit.service.js';
import type { Caller } from '../../common/caller.js';
import { AppError } from '../../common/errors.js';
import { validationFailed } from '../../common/validation.js';
import { Database, type Transaction } from '../../database/database.service.js';
import { MailService } from '../../mail/mail.service.js';
import { AccountRepository } from '../account.repository.js';
import { LoginAttempts } from '../attempts/login-attempts.service.js';
import { IdentityFollower } from '../identity/identity-follower.service.js';
import { PasswordHasher } from '../password-hasher.service.js';
import { passwordProblem } from '../password-rules.js';
import { SessionService } from '../session.service.js';
import type { ChangePassword, ResetPassword } from './password.dto.js';
import { PasswordCheck } from './password-check.service.js';
import { PasswordResetRepository } from './password-reset.repository.js';

const invalid = () =>
  new AppError('invalid_token', { detail: 'The link is not valid any more; ask for another' });

interface NewPassword {
  userId: string;
  passwordHash: string;
  /** The session that goes on; all end when left out. */
  keepSessionId?: string;
  action: 'password.reset' | 'password.changed';
  /** What else belongs to the same commit. */
  within?: (tx: Transaction) => Promise<void>;
}

/** Sets a new password: by the link of a mail, or knowing the old one. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountRepository,
    private readonly resets: PasswordResetRepository,
    private readonly hasher: PasswordHasher,
    private readonly passwords: PasswordCheck,
    private readonly attempts: LoginAttempts,
    private readonly sessions: SessionService,
    private readonly follower: IdentityFollower,
    private readonly mails: MailService,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Sets the password of whoever got the mail, which also proves the address, and signs nobody in. A password that is
   * refused leaves the token good.
   * @throws AppError invalid_token, validation_failed
   */
  async reset({ token, newPassword }: ResetPassword): Promise<void> {
    const owner = await this.resets.ownerOf(token);
    if (!owner) throw invalid();
    requireGood(newPassword, owner);
    const passwordHash = await this.hasher.hash(newPassword);
    await this.store({
      ...{ userId: owner.id, passwordHash, action: 'password.reset' },
      within: async (tx) => {
        if (!(await this.resets.use(tx, token))) throw invalid();
        if (await this.accounts.markVerified(tx, owner.id))
          await this.audit.record({ userId: owner.id, actorId: null, action: 'email.verified' }, tx);
      },
    });
    await this.attempts.clear(owner.id);
  }

  /**
   * Sets the caller's password and ends their other sessions.
   * @throws AppError invalid_credentials, login_locked, validation_failed
   */
  async change(
    caller: Caller,
    { currentPassword, newPassword }: ChangePassword,
    deviceToken: string | undefined,
  ): Promise<void> {
    const { userId, sessionId, username } = caller;
    const { email } = await this.passwords.ofUser(userId, currentPassword, deviceToken);
    requireGood(newPassword, { username, email });
    const passwordHash = await this.hasher.hash(newPassword);
    await this.store({ userId, passwordHash, keepSessionId: sessionId, action: 'password.changed' });
  }

  /** One commit: the password, the end of sessions and links, the audit entry and the notice. */
  private async store(wish: NewPassword): Promise<void> {
    const { userId, passwordHash, keepSessionId: exceptId, action, within } = wish;
    const { notice, follow } = await this.database.$transaction(async (tx) => {
      await within?.(tx);
      await this.accounts.setHash(tx, userId, passwordHash);
      await this.resets.dropAll(tx, userId);
      const actorId = action === 'password.changed' ? userId : null;
      await this.sessions.endAllWithin(tx, userId, {
        ...{ actorId },
        ...(exceptId === undefined ? {} : { exceptId }),
      });
      await this.audit.record({ userId, actorId, action }, tx);
      const notice = await this.mails.promise(tx, { kind: 'password_changed', userId });
      return { notice, follow: await this.follower.promise(tx, userId) };
    });
    await this.follower.followSoon(userId, follow);
    await this.mails.sendSoon(notice);
  }
}

/** @throws AppError validation_failed */
function requireGood(newPassword: string, owner: { username: string; email: string }): void {
  const problem = passwordProblem(newPassword, owner);
  if (problem) throw validationFailed([{ path: 'newPassword', message: `newPassword ${problem}` }]);
}
