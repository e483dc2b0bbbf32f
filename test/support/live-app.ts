import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import type { Caller } from '../../src/common/caller.js';
import { AppError } from '../../src/common/errors.js';
import { ActivityModule } from '../../src/common/activity/activity.module.js';
import { CONFIG } from '../../src/config/config.module.js';
import type { Config } from '../../src/config/environment.js';
import { Secrets } from '../../src/config/secrets.js';
import { serveEventDocs } from '../../src/events/docs/serve-event-docs.js';
import { EventsGatewayModule } from '../../src/events/events-gateway.module.js';
import { EVENTS_OPTIONS, type EventsOptions } from '../../src/events/events.options.js';
import { SocketAuthenticator } from '../../src/events/socket-authenticator.js';
import { SocketIoAdapter } from '../../src/events/socket-io.adapter.js';
import { Topics } from '../../src/events/topics.js';
import { RedisModule } from '../../src/redis/redis.module.js';
import { RoomSource, UserSource } from './topics.js';

/** Sessions as a test wants them: the token `user/session` is that caller's, unless the session was ended. */
export class TestSessions extends SocketAuthenticator {
  readonly ended = new Set<string>();
  away = false;
  checks = 0;
  lastIp = '';

  authenticate(token: string, ip: string): Promise<Caller> {
    this.lastIp = ip;
    const [userId = '', sessionId = ''] = token.split('/');
    if (sessionId === '' || this.ended.has(sessionId)) return Promise.reject(new AppError('unauthenticated'));
    return Promise.resolve({ userId, sessionId, username: userId, role: 'learner' });
  }

  stillAlive(callers: Caller[]): Promise<boolean[]> {
    this.checks += 1;
    if (this.away) return Promise.reject(new AppError('unavailable'));
    return Promise.resolve(callers.map(({ sessionId }) => !this.ended.has(sessionId)));
  }
}

@Global()
@Module({})
class TestFoundation {
  static of(config: Config, sessions: TestSessions): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: SocketAuthenticator, useValue: sessions },
      { provide: Secrets, useValue: new Secrets(config.secrets) },
    ];
    return { module: TestFoundation, providers, exports: providers };
  }
}

export interface LiveApp {
  url: string;
  sessions: TestSessions;
  rooms: RoomSource;
  app: NestExpressApplication;
}

/** An API process with nothing but sockets, rooms and a topic `user`, on a free port. */
export async function startLiveApp(config: Config, options: Partial<EventsOptions> = {}): Promise<LiveApp> {
  const sessions = new TestSessions();
  const rooms = new RoomSource();
  const moduleRef = await Test.createTestingModule({
    imports: [TestFoundation.of(config, sessions), RedisModule, ActivityModule, EventsGatewayModule],
  })
    .overrideProvider(EVENTS_OPTIONS)
    .useValue({ compareEveryMs: 500, sessionCheckEveryMs: 500, accessCheckEveryMs: 500, ...options })
    .compile();
  const app = moduleRef.createNestApplication<NestExpressApplication>({ logger: ['error', 'fatal'] });
  app.set('trust proxy', 1);
  app.get(Topics).register(rooms);
  app.get(Topics).register(new UserSource());
  app.useWebSocketAdapter(new SocketIoAdapter(app));
  serveEventDocs(app, config.publicUrl);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, sessions, rooms, app };
}
