import { Module } from '@nestjs/common';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { AccessReview } from './access-review.js';
import { ClientEventDispatcher } from './client-event.dispatcher.js';
import { EventBus } from './event-bus.js';
import { EventsGateway } from './events.gateway.js';
import { EventsModule } from './events.module.js';
import { EVENTS_OPTIONS, defaultEventsOptions } from './events.options.js';
import { NoticeChannel } from './notice-channel.js';
import { SocketSessions } from './socket-sessions.js';
import { SocketHandshake } from './socket.handshake.js';
import { Subscriptions } from './subscriptions.service.js';

/** The sockets of an API process. Some module must provide `SocketAuthenticator`. */
@Module({
  imports: [EventsModule, RateLimitModule],
  providers: [
    NoticeChannel,
    EventBus,
    SocketSessions,
    SocketHandshake,
    Subscriptions,
    AccessReview,
    ClientEventDispatcher,
    EventsGateway,
    { provide: EVENTS_OPTIONS, useValue: defaultEventsOptions },
  ],
  exports: [EventBus, NoticeChannel],
})
export class EventsGatewayModule {}
