import { Activities } from '../../src/common/activity/activities.service.js';
import { JwtService } from '@nestjs/jwt';
import { AuditLog } from '../../src/audit/audit.service.js';
import { AccessTokens } from '../../src/auth/access-token.service.js';
import { Secrets } from '../../src/config/secrets.js';
import { AccountRepository } from '../../src/auth/account.repository.js';
import { RefreshService } from '../../src/auth/refresh.service.js';
import { Returns } from '../../src/auth/returns.service.js';
import { SessionRepository } from '../../src/auth/session.repository.js';
import { SessionService } from '../../src/auth/session.service.js';
import { SessionStore } from '../../src/auth/session.store.js';
import type { Config } from '../../src/config/environment.js';
import { LimitWindows } from '../../src/rate-limit/limit-windows.service.js';
import { RateLimiter } from '../../src/rate-limit/rate-limiter.service.js';
import type { TestDatabase } from './database.js';
import type { TestRedis } from './redis.js';

export const CLIENT = { ip: '203.0.113.7', userAgent: 'spec' };

export interface TestSessions {
  sessions: SessionService;
  returns: Returns;
  refreshing: RefreshService;
  rows: SessionRepository;
  store: SessionStore;
  limiter: RateLimiter;
  tokens: AccessTokens;
  /** A new account; returns its id. */
  newUser(): Promise<string>;
}

/** Sessions as one process has them, on these stores. */
export function sessionsOn(
  { redis, scripts, config: base }: TestRedis,
  { database }: TestDatabase,
  given: Partial<Config> = {},
): TestSessions {
  const config = { ...base, ...given };
  const secrets = new Secrets(config.secrets);
  const rows = new SessionRepository(database);
  const store = new SessionStore(config, redis, scripts);
  const returns = new Returns();
  const sessions = new SessionService(
    config,
    database,
    rows,
    store,
    new AuditLog(database),
    new Activities(),
    returns,
  );
  const accounts = new AccountRepository(database);
  let made = 0;
  const newUser = async () => {
    const username = `u${process.pid}_${(made += 1)}_${Date.now()}`;
    return await accounts.create(
      { email: `${username}@example.org`, username, passwordHash: 'none' },
      async (_tx, id) => await Promise.resolve(id),
    );
  };
  return {
    ...{ sessions, returns, rows, store, newUser },
    refreshing: new RefreshService(secrets, rows, store, sessions),
    limiter: new RateLimiter(new LimitWindows(config, secrets), scripts),
    tokens: new AccessTokens(config, secrets, new JwtService({})),
  };
}
