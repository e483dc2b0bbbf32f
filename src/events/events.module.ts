import { Global, Module } from '@nestjs/common';
import { ClientEvents } from './client-events.js';
import { EventPublisher } from './event-publisher.js';
import { TopicReader } from './topic-reader.service.js';
import { Topics } from './topics.js';

/** What features register with and publish through, in both processes. */
@Global()
@Module({
  providers: [Topics, ClientEvents, EventPublisher, TopicReader],
  exports: [Topics, ClientEvents, EventPublisher, TopicReader],
})
export class EventsModule {}
