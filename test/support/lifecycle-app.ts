import { Test, type TestingModule } from '@nestjs/testing';
import { CONFIG } from '../../src/config/config.module.js';
import { EventsModule } from '../../src/events/events.module.js';
import { FoundationModule } from '../../src/foundation.module.js';
import { LifecycleModule, LifecycleSweepsModule } from '../../src/lifecycle/lifecycle.module.js';
import { REDIS } from '../../src/redis/redis.tokens.js';
import type { TestDatabase } from './database.js';
import type { TestRedis } from './redis.js';

/** The sweeps and the sign-ins of one process; nothing in it comes round by itself. */
export async function startLifecycle(redis: TestRedis, postgres: TestDatabase): Promise<TestingModule> {
  const module = await Test.createTestingModule({
    imports: [FoundationModule, EventsModule, LifecycleModule, LifecycleSweepsModule],
  })
    .overrideProvider(CONFIG)
    .useValue({ ...redis.config, DATABASE_URL: postgres.url })
    .overrideProvider(REDIS)
    .useValue(redis.redis)
    .compile();
  return await module.init();
}
