import { Global, Module } from '@nestjs/common';
import { QueueWorkers } from './queue-workers.js';
import { QueueInspector } from './queue-inspector.service.js';
import { Queues } from './queues.service.js';

@Global()
@Module({
  providers: [Queues, QueueInspector, QueueWorkers],
  exports: [Queues, QueueInspector, QueueWorkers],
})
export class QueueModule {}
