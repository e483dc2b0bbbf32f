import { Global, Module } from '@nestjs/common';
import { QueueWorkers } from './queue-workers.js';
import { Queues } from './queues.service.js';

@Global()
@Module({ providers: [Queues, QueueWorkers], exports: [Queues, QueueWorkers] })
export class QueueModule {}
