import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Redis } from 'ioredis';
import { every, type Repeating } from '../events/repeat.js';
import { Repeats } from '../jobs/repeats.service.js';
import { REDIS } from '../redis/redis.tokens.js';
import { LastSeen } from './last-seen.service.js';
import { PresenceStore } from './presence.store.js';
import { PRESENCE_TIMES, type PresenceTimes } from './presence.times.js';

const BATCH = 500;

/** Tells of those whose connections ended with their node. */
@Injectable()
export class PresenceExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private looking: Repeating | undefined;

  constructor(
    private readonly store: PresenceStore,
    private readonly lastSeen: LastSeen,
    private readonly repeats: Repeats,
    @Inject(REDIS) private readonly redis: Redis,
    @Inject(PRESENCE_TIMES) private readonly times: PresenceTimes,
  ) {}

  onApplicationBootstrap(): void {
    this.looking = every(this.times.lookMs, async () => {
      if (this.redis.status === 'ready') await this.look();
    });
  }

  beforeApplicationShutdown(): void {
    this.looking?.stop();
  }

  /** By one of all workers; should two look at the same user, it is told once all the same. */
  private async look(): Promise<void> {
    await this.repeats.run('presence', this.times.lookMs, async (stop) => {
      let full = true;
      while (full && !stop.aborted) full = await this.lookAtSome();
    });
  }

  /** @returns whether there may be more */
  private async lookAtSome(): Promise<boolean> {
    const due = await this.store.due(BATCH);
    if (due.length === 0) return false;
    const updated = await this.store.expire(due);
    await this.lastSeen.note(
      due.map(({ userId }) => userId),
      updated,
    );
    return due.length === BATCH;
  }
}
