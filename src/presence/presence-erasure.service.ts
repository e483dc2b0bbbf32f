import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';

/** Drops what Redis holds of the presence of users who have no connection; PostgreSQL knows when they were last there. */
@Injectable()
export class PresenceErasure {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  async forget(userIds: string[]): Promise<void> {
    const pipeline = this.redis.pipeline();
    for (const userId of userIds) pipeline.unlink(keys.presence.presence(userId));
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  }
}
