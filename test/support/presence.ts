import { LastActive } from '../../src/common/activity/last-active.service.js';
import { parseNotice } from '../../src/events/event-envelope.js';
import { SocketLifecycle } from '../../src/events/socket-lifecycle.js';
import { Repeats } from '../../src/jobs/repeats.service.js';
import { ConnectionLeases } from '../../src/presence/connection-leases.js';
import { LastSeen } from '../../src/presence/last-seen.service.js';
import { PresenceExpiry } from '../../src/presence/presence-expiry.schedule.js';
import type { Presence } from '../../src/presence/presence.dto.js';
import { PresenceStore } from '../../src/presence/presence.store.js';
import type { PresenceTimes } from '../../src/presence/presence.times.js';
import { keys } from '../../src/redis/keys.js';
import type { TestDatabase } from './database.js';
import { whenReady, type TestRedis } from './redis.js';

/** In proportion as in production, but for `gapMs`: a busy machine is no Redis that is away. */
export const QUICK_TIMES: PresenceTimes = {
  ...{ heartbeatMs: 200, leaseMs: 1_000, lookMs: 50, gapMs: 5_000, settlingMs: 300 },
};

/** Presence as several processes have it, on one Redis and one PostgreSQL. */
export class PresenceBench {
  readonly store: PresenceStore;
  /** What topics were told, in order. */
  readonly told: Presence[] = [];
  private readonly lastSeen: LastSeen;
  private readonly stops: (() => void | Promise<void>)[] = [];

  private constructor(
    private readonly redis: TestRedis,
    { database }: TestDatabase,
    readonly times: PresenceTimes,
  ) {
    this.store = new PresenceStore(redis.scripts, times);
    this.lastSeen = new LastSeen(new LastActive(database));
  }

  static async on(redis: TestRedis, postgres: TestDatabase, times = QUICK_TIMES): Promise<PresenceBench> {
    const bench = new PresenceBench(redis, postgres, times);
    const ear = await whenReady(redis.connections.subscriber());
    ear.on('pmessage', (_pattern: string, _channel: string, message: string) => {
      const notice = parseNotice(message);
      if (notice?.type === 'presence.changed') bench.told.push(JSON.parse(notice.data ?? '') as Presence);
    });
    await ear.psubscribe(keys.events.presenceStream('*'));
    bench.stops.push(() => ear.disconnect());
    return bench;
  }

  /** Connections of an API process; without `heart` nothing is renewed, as when it is dead. */
  node({ heart = true, store = this.store } = {}): ConnectionLeases {
    const { lastSeen, times } = this;
    const leases = new ConnectionLeases(store, lastSeen, new SocketLifecycle(), this.redis.redis, times);
    if (heart) leases.onApplicationBootstrap();
    this.stops.push(async () => await leases.beforeApplicationShutdown());
    return leases;
  }

  worker(): void {
    const { redis, scripts } = this.redis;
    const worker = new PresenceExpiry(
      ...([this.store, this.lastSeen, new Repeats(scripts, redis), redis, this.times] as const),
    );
    worker.onApplicationBootstrap();
    this.stops.push(() => worker.beforeApplicationShutdown());
  }

  /** As if leases had been watched for an hour: who seems offline is. */
  async trust(): Promise<void> {
    const { since } = await this.store.watched();
    await this.redis.redis.hset(keys.presence.watch('all'), 'began', since - 3_600_000);
  }

  statuses = (userId: string): string[] =>
    this.told.filter((one) => one.userId === userId).map(({ status }) => status);

  async status(userId: string): Promise<string | undefined> {
    return (await this.store.look([userId]))[0]?.status;
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0)) await stop();
  }
}
