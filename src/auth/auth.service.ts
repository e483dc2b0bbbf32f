import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError, type ErrorCode } from '../common/errors.js';
import type { Page, PageQuery } from '../common/page.js';
import { idFromCursor, pageOf } from '../common/page.js';
import { ProfileService } from '../profile/profile.service.js';
import { AccessTokens } from './access-token.service.js';
import { AccountService } from './account.service.js';
import type { LogIn, Session, SignUp, Tokens } from './auth.dto.js';
import { MfaGate } from './mfa/mfa-gate.service.js';
import type { VerifyMfa } from './mfa/mfa.dto.js';
import { PasswordCheck, type PasswordHeld } from './password/password-check.service.js';
import { RefreshService } from './refresh.service.js';
import type { Client, SessionRow } from './session.repository.js';
import { SessionService } from './session.service.js';

/** Signing up, in, on and out. */
@Injectable()
export class AuthService {
  constructor(
    private readonly accounts: AccountService,
    private readonly passwords: PasswordCheck,
    private readonly sessions: SessionService,
    private readonly refreshing: RefreshService,
    private readonly accessTokens: AccessTokens,
    private readonly profiles: ProfileService,
    private readonly mfa: MfaGate,
  ) {}

  /**
   * The account and its first session are one commit: both are there, or neither. Who is told to come again after it
   * finds the name taken, and logs in.
   * @throws AppError validation_failed, email_taken, username_taken
   */
  async signUp(body: SignUp, client: Client): Promise<Tokens> {
    const opened = await this.accounts.signUp(
      body,
      async (tx, userId) => await this.sessions.openWithin(tx, userId, client),
    );
    return await this.tokens(await this.sessions.begin(opened));
  }

  /** @throws AppError invalid_credentials, login_locked, mfa_required */
  async logIn({ identifier, password }: LogIn, client: Client): Promise<Tokens> {
    const account = await this.passwords.ofName(identifier, password, client.deviceToken);
    await this.mfa.requireNoSecondFactor(account.id, account.passwordHash);
    return await this.beginWhileHeld(account, client, 'invalid_credentials');
  }

  /**
   * What a log-in without password leads to, once the user has proven to be who they are.
   * @throws AppError mfa_required with a ticket, where a second factor is in force
   */
  async finishLogIn(userId: string, client: Client): Promise<Tokens> {
    await this.mfa.requireNoSecondFactor(userId);
    return await this.begin(userId, client);
  }

  /** Goes on where `mfa_required` stopped. @throws AppError invalid_code, invalid_token, login_locked */
  async completeLogIn(body: VerifyMfa, client: Client): Promise<Tokens> {
    const { userId, passwordHash } = await this.mfa.verify(body);
    return await this.beginWhileHeld({ id: userId, passwordHash }, client, 'invalid_token');
  }

  /** @throws AppError invalid_token, session_expired */
  async refresh(refreshToken: string, client: Client): Promise<Tokens> {
    return await this.tokens(await this.refreshing.refresh(refreshToken, client));
  }

  async logOut(caller: Caller): Promise<void> {
    await this.sessions.end(caller);
  }

  async mySessions(caller: Caller, { limit, cursor }: PageQuery): Promise<Page<Session>> {
    const before = idFromCursor(cursor);
    const all = await this.allMine(caller);
    const rest = all.filter((session) => before === undefined || session.id < before);
    return pageOf(rest, limit, (session) => session);
  }

  /** @throws AppError not_found */
  async mySession(caller: Caller, sessionId: string): Promise<Session> {
    const session = (await this.allMine(caller)).find(({ id }) => id === sessionId);
    if (!session) throw new AppError('not_found');
    return session;
  }

  /** @throws AppError not_found */
  async endMine(caller: Caller, sessionId: string): Promise<void> {
    const wasLive = await this.sessions.end({ userId: caller.userId, sessionId });
    if (!wasLive) throw new AppError('not_found');
  }

  async endOthers(caller: Caller): Promise<void> {
    await this.sessions.endAll(caller.userId, caller.sessionId);
  }

  /** At most 20, newest first. */
  private async allMine(caller: Caller): Promise<Session[]> {
    return (await this.sessions.list(caller.userId)).map(({ row, lastSeenAt }) =>
      sessionView(row, lastSeenAt, row.id === caller.sessionId),
    );
  }

  /** A password that is reset while a log-in is under way must leave no session behind. */
  private async beginWhileHeld(account: PasswordHeld, client: Client, otherwise: ErrorCode): Promise<Tokens> {
    const tokens = await this.begin(account.id, client);
    if (await this.passwords.holds(account)) return tokens;
    await this.sessions.end({ userId: account.id, sessionId: tokens.session.id });
    throw new AppError(otherwise);
  }

  private async begin(userId: string, client: Client): Promise<Tokens> {
    return await this.tokens(await this.sessions.open(userId, client));
  }

  private async tokens(row: SessionRow): Promise<Tokens> {
    const leftSec = Math.floor((row.expiresAt.getTime() - Date.now()) / 1000);
    const expiresIn = Math.max(1, Math.min(this.accessTokens.ttlSec, leftSec));
    return {
      tokenType: 'Bearer',
      accessToken: await this.accessTokens.sign({ userId: row.userId, sessionId: row.id }, expiresIn),
      expiresIn,
      refreshToken: this.refreshing.tokenOf(row),
      session: sessionView(row, new Date(), true),
      user: await this.profiles.own(row.userId),
    };
  }
}

const sessionView = (row: SessionRow, lastSeenAt: Date, current: boolean): Session => ({
  id: row.id,
  createdAt: row.createdAt.toISOString(),
  lastSeenAt: lastSeenAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  ip: row.ip,
  userAgent: row.userAgent,
  current,
});
