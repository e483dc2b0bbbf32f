import { Controller, Get, HttpCode, Post, type Type } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AccountModule } from '../../src/account/account.module.js';
import { AccessTokens } from '../../src/auth/access-token.service.js';
import { isKnownTo } from '../../src/auth/bearer.js';
import { Idempotent, Public, Roles } from '../../src/auth/access.decorators.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import { Caller } from '../../src/auth/caller.decorator.js';
import { finishHttp, prepareHttp } from '../../src/common/http.js';
import { IdempotencyLookup } from '../../src/common/idempotency/idempotency-lookup.js';
import { ProblemFilter } from '../../src/common/problem.filter.js';
import { validationPipe } from '../../src/common/validation.js';
import { CONFIG } from '../../src/config/config.module.js';
import type { Config } from '../../src/config/environment.js';
import { EventsModule } from '../../src/events/events.module.js';
import { FoundationModule } from '../../src/foundation.module.js';
import { RateLimit } from '../../src/rate-limit/rate-limit.decorator.js';
import { REDIS } from '../../src/redis/redis.tokens.js';
import { ApiClient } from './api-client.js';
import { startTestDatabase, type TestDatabase } from './database.js';
import { startTestRedis, type TestRedis, whenReady } from './redis.js';

export const ADMIN = { email: 'Root@example.org', password: 'the administrator, and nobody else' };
export const PASSWORD = 'seventeen purple kettles';

/** One route of each kind that the guard tells apart. */
@Controller('probe')
class ProbeController {
  @Get()
  mine(@Caller() caller: Caller): Caller {
    return caller;
  }

  @Get('open')
  @Public()
  open(): object {
    return {};
  }

  @Get('authors')
  @Roles('author', 'admin')
  authors(): object {
    return {};
  }

  @Post('limited')
  @HttpCode(200)
  @Idempotent()
  @RateLimit({ name: 'SUBMISSION', by: 'user', algorithm: 'sliding' })
  limited(): object {
    return {};
  }
}

export interface AccessApp {
  app: NestExpressApplication;
  config: Config;
  redis: TestRedis;
  postgres: TestDatabase;
  /** userId and Idempotency-Key of requests that count as answered before. */
  answered: Set<string>;
  anyone(): ApiClient;
  /** A client that has just signed up. */
  signedIn(): Promise<ApiClient>;
  /** What a new user would send to sign up. */
  wish(): { email: string; username: string; password: string };
  stop(): Promise<void>;
}

/**
 * Accounts, sessions and the guard over HTTP, without the rest of the product, on stores of its own.
 * @param controllers with further routes to guard
 */
export async function startAccessApp(controllers: Type[] = []): Promise<AccessApp> {
  const [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
  const config = Object.assign({ ...redis.config }, { DATABASE_URL: postgres.url, TRUST_PROXY: '1' });
  Object.assign(config, { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password });
  const answered = new Set<string>();
  const app = await listen(config, answered, controllers);
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  let made = 0;
  const wish = () => {
    const username = `user_${(made += 1)}`;
    return { email: `${username}@Example.org`, username, password: PASSWORD };
  };
  const anyone = () => new ApiClient(url);
  const signedIn = async () => {
    const { username, ...account } = wish();
    await anyone().post('/auth/signup', { username, ...account });
    return await anyone().logIn(username, PASSWORD);
  };
  const stop = async () => {
    await app.close();
    await Promise.all([redis.stop(), postgres.stop()]);
  };
  return { app, config, redis, postgres, answered, anyone, signedIn, wish, stop };
}

async function listen(
  config: Config,
  answered: Set<string>,
  controllers: Type[],
): Promise<NestExpressApplication> {
  const module = await Test.createTestingModule({
    imports: [FoundationModule, EventsModule, AuthModule, AccountModule],
    controllers: [ProbeController, ...controllers],
    providers: [
      { provide: APP_PIPE, useFactory: validationPipe },
      ProblemFilter,
      { provide: APP_FILTER, useExisting: ProblemFilter },
    ],
  })
    .overrideProvider(CONFIG)
    .useValue(config)
    .overrideProvider(IdempotencyLookup)
    .useValue({
      find: async (userId: string, key: string) => await Promise.resolve(answered.has(`${userId}${key}`)),
    })
    .compile();
  const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
  prepareHttp(app, config, isKnownTo(app.get(AccessTokens)));
  app.setGlobalPrefix('api/v1');
  await app.init();
  finishHttp(app);
  await whenReady(module.get(REDIS));
  await app.listen(0, '127.0.0.1');
  return app;
}
