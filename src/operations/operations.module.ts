import { Module } from '@nestjs/common';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { LimitsController } from './limits.controller.js';
import { LimitOperations } from './limits.service.js';
import { QueuesController } from './queues.controller.js';
import { QueueOperations } from './queues.service.js';

/** What operators see and steer over HTTP. */
@Module({
  imports: [RateLimitModule],
  controllers: [QueuesController, LimitsController],
  providers: [QueueOperations, LimitOperations],
})
export class OperationsModule {}
