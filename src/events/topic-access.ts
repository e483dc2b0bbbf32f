import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { newId } from '../common/id.js';
import type { Key } from '../redis/key.js';
import { REDIS } from '../redis/redis.tokens.js';
import type { Notice } from './event-envelope.js';

/** A notice between processes; no client sees it. */
const REVOKED = 'topic.revoked';

export interface Revocation {
  /** Of the topic. */
  stream: Key;
  /** Whose right to hear it may have ended; of all who hear it when left out. */
  userId?: string | undefined;
}

/** Takes back the right to hear a topic, on every node. */
@Injectable()
export class TopicAccess {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  /**
   * Has every process ask the topic's source again, by `stillAllowed`, whether this user may hear it. Call it after the
   * commit that takes the right away: whoever has no right then hears no more within a moment. Whoever still has one,
   * for another reason, notices nothing. Throws when Redis is away; each process asks by itself every 10 s as well.
   */
  async revoke(stream: Key, userId: string): Promise<void> {
    await this.revokeAll([{ stream, userId }]);
  }

  /** As `revoke`, for many in one round trip. */
  async revokeAll(revocations: Revocation[]): Promise<void> {
    if (revocations.length === 0) return;
    const pipeline = this.redis.pipeline();
    for (const { stream, userId } of revocations) {
      const notice = [newId(), REVOKED, null, null, Date.now(), JSON.stringify({ userId: userId ?? null })];
      pipeline.publish(stream, JSON.stringify(notice));
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  }
}

/** Whom a notice concerns: a user's id, `null` for all; undefined when it is another kind of notice. */
export function revokedBy({ type, data }: Notice): string | null | undefined {
  if (type !== REVOKED || data === null) return undefined;
  const { userId } = JSON.parse(data) as { userId: string | null };
  return userId;
}
