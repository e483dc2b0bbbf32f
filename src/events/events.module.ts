import { Global, Module } from '@nestjs/common';
import { ClientEvents } from './client-events.js';
import { EventPublisher } from './event-publisher.js';
import { NumberedTopics } from './numbered-topics.service.js';
import { SocketLifecycle } from './socket-lifecycle.js';
import { TopicAccess } from './topic-access.js';
import { TopicReader } from './topic-reader.service.js';
import { Topics } from './topics.js';

/** What features register with and publish through, in both processes. */
@Global()
@Module({
  providers: [
    ...[Topics, ClientEvents, EventPublisher, TopicReader],
    ...[TopicAccess, SocketLifecycle, NumberedTopics],
  ],
  exports: [
    ...[Topics, ClientEvents, EventPublisher, TopicReader],
    ...[TopicAccess, SocketLifecycle, NumberedTopics],
  ],
})
export class EventsModule {}
