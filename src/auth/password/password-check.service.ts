import { Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors.js';
import { AccountRepository, type Account } from '../account.repository.js';
import { LoginAttempts } from '../attempts/login-attempts.service.js';
import { PasswordHasher } from '../password-hasher.service.js';

/** A password that was right, as it was stored then. */
export type PasswordHeld = Pick<Account, 'id' | 'passwordHash'>;

/**
 * Says whose password it is, for logging in and before what only the owner may do. Every wrong one counts as a failed
 * log-in; a name that nobody has takes the same steps and as long.
 */
@Injectable()
export class PasswordCheck {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly hasher: PasswordHasher,
    private readonly attempts: LoginAttempts,
  ) {}

  /**
   * @param identifier an e-mail address or a username
   * @throws AppError invalid_credentials, the same for an unknown name; login_locked
   */
  async ofName(identifier: string, password: string, deviceToken?: string): Promise<Account> {
    const account = identifier.includes('@')
      ? await this.accounts.byEmail(identifier)
      : await this.accounts.byUsername(identifier);
    return await this.check(account, { identifier, password, deviceToken });
  }

  /** The same for somebody who is signed in. @throws AppError invalid_credentials, login_locked */
  async ofUser(userId: string, password: string, deviceToken?: string): Promise<Account> {
    const account = await this.accounts.byId(userId);
    return await this.check(account, { identifier: userId, password, deviceToken });
  }

  /** Whether the password that was checked is the account's still: a reset may have come between. */
  async holds({ id, passwordHash }: PasswordHeld): Promise<boolean> {
    return (await this.accounts.byId(id))?.passwordHash === passwordHash;
  }

  private async check(
    account: Account | null,
    given: { identifier: string; password: string; deviceToken: string | undefined },
  ): Promise<Account> {
    const { identifier, password, deviceToken } = given;
    const claim = { userId: account?.id, identifier, deviceToken };
    const right = await this.attempts.guard(
      claim,
      async () => await this.hasher.matches(account?.passwordHash, password),
    );
    if (!right || !account) throw new AppError('invalid_credentials');
    return this.hasher.isWeak(account.passwordHash) ? await this.strengthen(account, password) : account;
  }

  /** Hashes the password anew with today's parameters, unless somebody else has just stored another hash. */
  private async strengthen(account: Account, password: string): Promise<Account> {
    const passwordHash = await this.hasher.hash(password);
    if (await this.accounts.replaceHash(account.id, account.passwordHash, passwordHash))
      return { ...account, passwordHash };
    const now = await this.accounts.byId(account.id);
    if (!now || !(await this.hasher.matches(now.passwordHash, password)))
      throw new AppError('invalid_credentials');
    return now;
  }
}
