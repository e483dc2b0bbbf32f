import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import type { SocketAuthenticator } from '../events/socket-authenticator.js';
import { RateLimiter } from '../rate-limit/rate-limiter.service.js';
import { requireAllowed } from '../rate-limit/refusal.js';
import { ANONYMOUS_LIMIT, USER_LIMIT } from '../rate-limit/rule.js';
import { userSubject } from '../rate-limit/subject.js';
import { AccessTokens } from './access-token.service.js';
import { SessionService } from './session.service.js';

/** Lets sockets in by the access token of a session, and keeps that session alive while one is open. */
@Injectable()
export class SessionSocketAuthenticator implements SocketAuthenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: SessionService,
    private readonly limiter: RateLimiter,
  ) {}

  /** @throws AppError unauthenticated, session_expired, rate_limited */
  async authenticate(token: string, ip: string): Promise<Caller> {
    const session = await this.tokens.verify(token);
    if (!session) {
      await this.countStranger(ip);
      throw new AppError('unauthenticated', { detail: 'Send a valid access token as auth.token' });
    }
    const windows = this.limiter.windows.of(userSubject(session.userId), [USER_LIMIT]);
    const { caller, statuses } = await this.sessions.admit(session, windows).catch(async (error: unknown) => {
      if (error instanceof AppError && error.code === 'session_expired') await this.countStranger(ip);
      throw error;
    });
    requireAllowed(statuses);
    return caller;
  }

  /** @throws AppError rate_limited */
  private async countStranger(ip: string): Promise<void> {
    await this.limiter.require({ ip, body: undefined, params: {} }, [ANONYMOUS_LIMIT]);
  }

  async stillAlive(callers: Caller[]): Promise<boolean[]> {
    return await this.sessions.stillAlive(callers);
  }
}
