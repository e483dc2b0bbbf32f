import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AuditModule } from './audit/audit.module.js';
import { CacheModule } from './cache/cache.module.js';
import { ActivityModule } from './common/activity/activity.module.js';
import { RetentionModule } from './common/retention/retention.module.js';
import { IdempotencyModule } from './common/idempotency/idempotency.module.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { QueueModule } from './queue/queue.module.js';
import { RedisModule } from './redis/redis.module.js';

/** What both processes stand on. */
@Module({
  imports: [
    ConfigModule,
    RedisModule,
    DatabaseModule,
    ScheduleModule.forRoot(),
    CacheModule,
    ActivityModule,
    RetentionModule,
    IdempotencyModule,
    QueueModule,
    JobsModule,
    AuditModule,
  ],
})
export class FoundationModule {}
