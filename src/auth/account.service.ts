import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit.service.js';
import { AppError } from '../common/errors.js';
import { validationFailed } from '../common/validation.js';
import type { Transaction } from '../database/database.service.js';
import { MailService } from '../mail/mail.service.js';
import { AccountRepository, usernameKey, type NewAccount } from './account.repository.js';
import type { SignUp } from './auth.dto.js';
import { PasswordHasher } from './password-hasher.service.js';
import { passwordProblem } from './password-rules.js';

type NewAccountWish = Omit<NewAccount, 'passwordHash'> & { password: string };

/** The administrator's name, which nobody can sign up with. */
export const ADMIN_USERNAME = 'admin';

/** Accounts and their passwords. */
@Injectable()
export class AccountService {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly hasher: PasswordHasher,
    private readonly mails: MailService,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Makes an account as anyone may, and promises its first mail in the same commit.
   * @param inSameCommit what must happen because of it; answers for all
   * @throws AppError validation_failed, email_taken, username_taken
   */
  async signUp<T>(wish: SignUp, inSameCommit: (tx: Transaction, userId: string) => Promise<T>): Promise<T> {
    const problem = passwordProblem(wish.password, wish);
    if (problem) throw validationFailed([{ path: 'password', message: `password ${problem}` }]);
    if (usernameKey(wish.username) === ADMIN_USERNAME) throw new AppError('username_taken');
    await this.accounts.requireFree(wish);
    const { email, username, password } = wish;
    const account = await this.hashed({ email, username, password });
    const { answer, job } = await this.accounts.create(account, async (tx, id) => {
      await this.audit.record({ userId: id, actorId: id, action: 'account.created' }, tx);
      const job = await this.mails.promise(tx, { kind: 'verify_email', userId: id });
      return { answer: await inSameCommit(tx, id), job };
    });
    await this.mails.sendSoon(job);
    return answer;
  }

  /** Makes an account of any role under any name, for seeds. @throws AppError email_taken, username_taken */
  async create(wish: NewAccountWish): Promise<string> {
    await this.accounts.requireFree(wish);
    return await this.accounts.create(await this.hashed(wish), async (_tx, id) => await Promise.resolve(id));
  }

  private async hashed({ password, ...account }: NewAccountWish): Promise<NewAccount> {
    return { ...account, passwordHash: await this.hasher.hash(password) };
  }
}
