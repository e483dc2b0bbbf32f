import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AppError } from '../common/errors.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { ProfileService } from '../profile/profile.service.js';
import { AccountRepository, type Account } from './account.repository.js';
import { ADMIN_USERNAME, AccountService } from './account.service.js';
import { normaliseEmail } from '../common/email-form.js';
import { PasswordHasher } from './password-hasher.service.js';
import { passwordProblem } from './password-rules.js';
import { SessionService } from './session.service.js';

/**
 * Makes sure that the administrator named by ADMIN_EMAIL and ADMIN_PASSWORD exists with this password. An account
 * that somebody else registered under the address becomes the administrator's, and its sessions end.
 */
@Injectable()
export class AdminBootstrap implements OnApplicationBootstrap {
  private readonly logger = new Logger('Admin');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly accounts: AccountRepository,
    private readonly service: AccountService,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionService,
    private readonly profiles: ProfileService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = this.config;
    if (email === undefined || password === undefined) return;
    const problem = passwordProblem(password, { username: ADMIN_USERNAME, email });
    if (problem !== undefined) throw new Error(`ADMIN_PASSWORD ${problem}: choose another`);
    const held = (await this.accounts.byEmail(email)) ?? (await this.accounts.byUsername(ADMIN_USERNAME));
    if (held) await this.takeOver(held, email, password);
    else await this.create(email, password);
  }

  private async create(email: string, password: string): Promise<void> {
    const wish = { email, password, username: ADMIN_USERNAME, role: 'admin' as const, emailVerified: true };
    try {
      await this.service.create(wish);
      this.logger.log('The administrator was created');
    } catch (error) {
      // Another process that starts at the same time was first.
      if (!(error instanceof AppError && ['email_taken', 'username_taken'].includes(error.code))) throw error;
    }
  }

  private async takeOver(account: Account, email: string, password: string): Promise<void> {
    const samePassword = await this.hasher.matches(account.passwordHash, password);
    const isAdmin = account.role === 'admin' && account.email === normaliseEmail(email);
    if (samePassword && isAdmin) return;
    const nameIsFree = (await this.accounts.byUsername(ADMIN_USERNAME)) === null;
    await this.sessions.endAll(account.id);
    await this.accounts.makeAdmin(account.id, {
      email: normaliseEmail(email),
      ...(samePassword ? {} : { passwordHash: await this.hasher.hash(password) }),
      ...(nameIsFree ? { username: ADMIN_USERNAME } : {}),
    });
    // Once more: who knew the old password may have logged in meanwhile.
    await this.sessions.endAll(account.id);
    await this.profiles.reload([account.id]);
    this.logger.warn(
      'The account with the address of ADMIN_EMAIL is now the administrator; its sessions ended',
    );
  }
}
