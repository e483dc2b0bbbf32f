import { Global, Module } from '@nestjs/common';
import { Retention } from './retention.service.js';
import { RetentionSchedule } from './retention.schedule.js';

/** Where a feature says which of its rows only serve a while. */
@Global()
@Module({ providers: [Retention], exports: [Retention] })
export class RetentionModule {}

/** For the worker: lets go of them. */
@Module({ providers: [RetentionSchedule] })
export class RetentionWorkerModule {}
