import { Module } from '@nestjs/common';
import { QueuesController } from './queues.controller.js';
import { QueueOperations } from './queues.service.js';

/** What operators see and steer over HTTP. */
@Module({ controllers: [QueuesController], providers: [QueueOperations] })
export class OperationsModule {}
