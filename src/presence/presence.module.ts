import { Module } from '@nestjs/common';
import { LastActiveModule } from '../common/activity/activity.module.js';
import { EventsGatewayModule } from '../events/events-gateway.module.js';
import { RelationModule } from '../relation/relation.module.js';
import { ConnectionLeases } from './connection-leases.js';
import { LastSeen } from './last-seen.service.js';
import { PresenceErasure } from './presence-erasure.service.js';
import { PresenceExpiry } from './presence-expiry.schedule.js';
import { PresenceCatchUp } from './presence-catch-up.service.js';
import { PresenceController } from './presence.controller.js';
import { PresencePartings } from './presence-partings.js';
import { PresenceRepository } from './presence.repository.js';
import { PresenceService } from './presence.service.js';
import { PresenceStore } from './presence.store.js';
import { defaultPresenceTimes, PRESENCE_TIMES } from './presence.times.js';
import { PresenceTopic } from './presence.topic.js';

/** Who is there, for features of either process. */
@Module({
  imports: [RelationModule, LastActiveModule],
  providers: [
    ...[PresenceStore, PresenceRepository, PresenceService, PresencePartings, PresenceErasure, LastSeen],
    { provide: PRESENCE_TIMES, useValue: defaultPresenceTimes },
  ],
  exports: [PresenceStore, PresenceService, PresenceErasure, LastSeen, PRESENCE_TIMES],
})
export class PresenceModule {}

/** For the API: the leases of its connections, and what clients ask and hear. */
@Module({
  imports: [PresenceModule, RelationModule, EventsGatewayModule],
  controllers: [PresenceController],
  providers: [ConnectionLeases, PresenceCatchUp, PresenceTopic],
})
export class PresenceApiModule {}

/** For the worker: leases that run out. */
@Module({ imports: [PresenceModule], providers: [PresenceExpiry] })
export class PresenceWorkerModule {}
