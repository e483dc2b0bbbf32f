import { Inject, Injectable } from '@nestjs/common';
import { unavailable } from '../common/errors.js';
import { call, ScriptRunner } from '../redis/script-runner.js';
import type { ChosenStatus } from './presence.dto.js';
import {
  dueUsers,
  expect,
  look,
  looked,
  update,
  type Due,
  type Seen,
  type Updated,
  type Watched,
} from './presence.scripts.js';
import { PRESENCE_TIMES, type PresenceTimes } from './presence.times.js';

/** What is to be so of a connection. */
export interface Wanted {
  connectionId: string;
  status: ChosenStatus;
  isHeld: boolean;
}

export interface UserWanted {
  userId: string;
  connections: Wanted[];
}

/**
 * Leases in Redis. What concerns all users has another owner than what concerns one, so it is two steps: a look is
 * planned before a lease is written, and planned anew after leases were looked at; each may be repeated.
 */
@Injectable()
export class PresenceStore {
  constructor(
    private readonly scripts: ScriptRunner,
    @Inject(PRESENCE_TIMES) private readonly times: PresenceTimes,
  ) {}

  /** Since when leases have been watched; another time than before says that all must be renewed. */
  async watched(): Promise<Watched> {
    return await this.scripts.run(expect, { ...this.times, userIds: [] });
  }

  /** Renews leases of connections that are held, ends those of others; tells what that changes. */
  async update(
    users: UserWanted[],
    onWatched: (watched: Watched) => void = () => undefined,
  ): Promise<Updated[]> {
    const { leaseMs, settlingMs } = this.times;
    const watched = await this.scripts.run(expect, {
      ...this.times,
      userIds: users.map(({ userId }) => userId),
    });
    onWatched(watched);
    // Other connections of the user may be well and not renewed yet: who ends now lingers until they are.
    const lingerMs = Math.max(0, settlingMs - watched.forMs);
    return await this.scripts.runAll(
      users.map(({ userId, connections }) =>
        call(update, {
          ...{ userId, leaseMs },
          leases: connections.map(({ isHeld, ...lease }) => ({
            ...lease,
            forMs: isHeld ? leaseMs : lingerMs,
          })),
        }),
      ),
    );
  }

  /** Users whose leases may have ended; nobody while leases are not watched for long enough. */
  async due(limit: number): Promise<Due[]> {
    return await this.scripts.run(dueUsers, { ...this.times, limit });
  }

  /** Lets go of leases that have ended, tells what that changes, and plans the next look. In the order given. */
  async expire(users: Due[]): Promise<Updated[]> {
    const { leaseMs } = this.times;
    const updated = await this.scripts.runAll(
      users.map(({ userId }) => call(update, { userId, leaseMs, leases: [] })),
    );
    const planned = users.map((user, index) => ({ ...user, nextAt: updated[index]?.nextAt }));
    await this.scripts.run(looked, { users: planned });
    return updated;
  }

  /**
   * The presence of each, in order; one round trip.
   * @throws AppError unavailable when somebody seems offline of whom that cannot be known yet
   */
  async look(userIds: string[]): Promise<Seen[]> {
    // The second is asked after the first, over the same connection: a Redis emptied before either is noticed.
    const [seen, watched] = await Promise.all([
      this.scripts.runAll(userIds.map((userId) => call(look, { userId }))),
      this.watched(),
    ]);
    const isKnown =
      watched.forMs >= this.times.settlingMs || seen.every(({ status }) => status !== 'offline');
    if (!isKnown) throw unavailable('Presence');
    return seen;
  }
}
