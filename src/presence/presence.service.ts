import { Injectable } from '@nestjs/common';
import { AcquaintanceService } from '../relation/acquaintance.service.js';
import type { OnlineUsers, Presence } from './presence.dto.js';
import { PresenceRepository } from './presence.repository.js';
import type { Seen } from './presence.scripts.js';
import { PresenceStore } from './presence.store.js';

const MOST_LISTED = 1_000;

/** Who is there. Everything throws AppError unavailable while Redis is away, or was lost a moment ago and is not whole. */
@Injectable()
export class PresenceService {
  constructor(
    private readonly store: PresenceStore,
    private readonly rows: PresenceRepository,
    private readonly acquaintances: AcquaintanceService,
  ) {}

  /**
   * Of each, in the order asked. Whom the viewer may not see is shown as who has never been there, like who does not
   * exist: offline, without a time.
   */
  async ofMany(viewerId: string, userIds: string[]): Promise<Presence[]> {
    const seen = await this.acquaintances.amongThem(viewerId, userIds);
    const presences = new Map((await this.ofAll([...seen])).map((one) => [one.userId, one]));
    return userIds.map((userId) => presences.get(userId) ?? { userId, status: 'offline', lastSeenAt: null });
  }

  /** Of one; the caller has made sure that it may be seen. */
  async of(userId: string): Promise<Presence> {
    const [presence] = await this.ofAll([userId]);
    return presence ?? { userId, status: 'offline', lastSeenAt: null };
  }

  /** Of those whom the viewer may see, the viewer too, those who are online, neither away nor offline. */
  async online(viewerId: string): Promise<OnlineUsers> {
    const userIds = await this.acquaintances.allOf(viewerId, MOST_LISTED);
    const seen = await this.store.look(userIds);
    const data = userIds.filter((_userId, index) => seen[index]?.status === 'online');
    return { count: data.length, data };
  }

  /** Those of the users who have a connection, be they away from it or not; one round trip. For whoever asks. */
  async onlineAmong(userIds: string[]): Promise<Set<string>> {
    if (userIds.length === 0) return new Set();
    const seen = await this.store.look(userIds);
    return new Set(userIds.filter((_userId, index) => seen[index]?.status !== 'offline'));
  }

  /** Of each, in the order asked; the caller has made sure that they may be seen. */
  async ofAll(userIds: string[]): Promise<Presence[]> {
    if (userIds.length === 0) return [];
    const seen = await this.store.look(userIds);
    const forgotten = userIds.filter((_userId, index) => seen[index]?.lastSeenAt === undefined);
    const stored = forgotten.length > 0 ? await this.rows.lastActive(forgotten) : new Map<string, Date>();
    return userIds.map((userId, index) => viewOf(userId, seen[index], stored.get(userId)));
  }
}

/** @param fallback for when Redis does not know when the user was last there */
export const viewOf = (userId: string, seen: Seen | undefined, fallback?: Date): Presence => ({
  ...{ userId, status: seen?.status ?? 'offline' },
  lastSeenAt: (seen?.lastSeenAt ?? fallback)?.toISOString() ?? null,
});
