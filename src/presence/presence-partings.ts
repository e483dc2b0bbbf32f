import { Injectable, type OnModuleInit } from '@nestjs/common';
import { TopicAccess } from '../events/topic-access.js';
import { keys } from '../redis/keys.js';
import { AcquaintanceService } from '../relation/acquaintance.service.js';

/** Whoever parts hears no more of the other, nor the other way round; in whichever process they part. */
@Injectable()
export class PresencePartings implements OnModuleInit {
  constructor(
    private readonly acquaintances: AcquaintanceService,
    private readonly access: TopicAccess,
  ) {}

  onModuleInit(): void {
    this.acquaintances.onParted(async (userId, others) => await this.part(userId, others));
  }

  private async part(userId: string, others: string[]): Promise<void> {
    const streamOf = keys.events.presenceStream;
    await this.access.revokeAll([
      ...others.map((other) => ({ stream: streamOf(other), userId })),
      ...others.map((other) => ({ stream: streamOf(userId), userId: other })),
    ]);
  }
}
