import { Global, Module } from '@nestjs/common';
import { ClientEvents } from './client-events.js';
import { EventPublisher } from './event-publisher.js';
import { NumberedTopics } from './numbered-topics.service.js';
import { TopicReader } from './topic-reader.service.js';
import { Topics } from './topics.js';

/** What features register with and publish through, in both processes. */
@Global()
@Module({
  providers: [Topics, ClientEvents, EventPublisher, TopicReader, NumberedTopics],
  exports: [Topics, ClientEvents, EventPublisher, TopicReader, NumberedTopics],
})
export class EventsModule {}
