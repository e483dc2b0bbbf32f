import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import type { SocketAuthenticator } from '../events/socket-authenticator.js';
import { requireAllowed } from '../rate-limit/rate-limit.headers.js';
import { RateLimiter } from '../rate-limit/rate-limiter.service.js';
import type { WindowStatus } from '../rate-limit/window.js';
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
      requireAll(await this.limiter.spend([this.limiter.ofAddress(ip, 'ANONYMOUS')]));
      throw new AppError('unauthenticated', { detail: 'Send a valid access token as auth.token' });
    }
    const window = this.limiter.ofUser(session.userId, 'USER', 'fixed', '');
    const { caller, statuses } = await this.sessions.admit(session, [window]);
    requireAll(statuses);
    return caller;
  }

  async stillAlive(callers: Caller[]): Promise<boolean[]> {
    return await this.sessions.stillAlive(callers);
  }
}

const requireAll = (statuses: WindowStatus[]) => {
  for (const status of statuses) requireAllowed(status);
};
