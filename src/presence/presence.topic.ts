import { Injectable, type OnModuleInit } from '@nestjs/common';
import { validate } from 'uuid';
import type { Caller } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import { ClientEvents } from '../events/client-events.js';
import type { Listening, TopicKeys, TopicSource } from '../events/topic-source.js';
import { Topics } from '../events/topics.js';
import { keys } from '../redis/keys.js';
import { AcquaintanceService } from '../relation/acquaintance.service.js';
import { ConnectionLeases } from './connection-leases.js';
import { PresenceCatchUp } from './presence-catch-up.service.js';
import { Presence } from './presence.dto.js';
import { presenceChanged, presenceTopic, setPresence } from './presence.events.js';
import { PresenceService, viewOf } from './presence.service.js';

/** What sockets hear and say of presence. */
@Injectable()
export class PresenceTopic implements TopicSource<Presence>, OnModuleInit {
  readonly kind = presenceTopic;
  readonly events = [presenceChanged];
  readonly snapshotType = Presence;
  readonly isTransient = true;

  constructor(
    private readonly topics: Topics,
    private readonly clientEvents: ClientEvents,
    private readonly acquaintances: AcquaintanceService,
    private readonly presences: PresenceService,
    private readonly leases: ConnectionLeases,
    private readonly catchUp: PresenceCatchUp,
  ) {}

  overhear: TopicSource['overhear'] = (userId, notice) => this.catchUp.heard(userId, notice);

  onModuleInit(): void {
    this.topics.register(this);
    this.clientEvents.register(setPresence, async ({ socket }, { status }) =>
      viewOf(socket.data.caller.userId, await this.leases.set(socket.id, status)),
    );
  }

  keys(userId: string): TopicKeys {
    return { topic: keys.events.presenceTopic(userId), stream: keys.events.presenceStream(userId) };
  }

  /** @throws AppError not_found, forbidden */
  async authorize({ userId: viewerId }: Caller, userId: string): Promise<void> {
    if (!validate(userId) || userId !== userId.toLowerCase())
      throw new AppError('not_found', { detail: 'There is no such user' });
    await this.acquaintances.require(viewerId, userId);
  }

  async stillAllowed(all: Listening[]): Promise<boolean[]> {
    return await Promise.all(
      all.map(async ({ caller, name }) => await this.acquaintances.mayWatch(caller.userId, name)),
    );
  }

  async snapshot(_caller: Caller, userId: string): Promise<Presence> {
    const presence = await this.presences.of(userId);
    this.catchUp.began(presence);
    return presence;
  }
}
