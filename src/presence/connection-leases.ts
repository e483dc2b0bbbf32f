import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import type { Redis } from 'ioredis';
import { unavailable } from '../common/errors.js';
import { GroupCommit, type Settled } from '../common/group-commit.js';
import { every, type Repeating } from '../events/repeat.js';
import { SocketLifecycle } from '../events/socket-lifecycle.js';
import { REDIS } from '../redis/redis.tokens.js';
import { LastSeen } from './last-seen.service.js';
import type { ChosenStatus } from './presence.dto.js';
import type { Updated } from './presence.scripts.js';
import { PresenceStore, type UserWanted } from './presence.store.js';
import { PRESENCE_TIMES, type PresenceTimes } from './presence.times.js';

interface Connection {
  id: string;
  userId: string;
  status: ChosenStatus;
  /** By the process's own clock, when it ended. */
  endedAt?: number;
}

/**
 * The leases of this process's connections. What is written is always what is so at that moment, one batch after the
 * other, so nothing late brings back a connection that has ended; what could not be written is tried each second.
 */
@Injectable()
export class ConnectionLeases implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Presence');
  private readonly held = new Map<string, Connection>();
  private readonly unsettled = new Set<Connection>();
  private readonly running = new Set<Promise<unknown>>();
  private readonly writes = new GroupCommit<Connection, Updated>({
    ...{ maxSize: 500, parallel: 1, patienceMs: 900 },
    conflictKeys: () => [],
    write: async (connections) => await this.write(connections),
    tooLate: () => unavailable('Presence'),
  });
  private lost: () => void = () => undefined;
  private looking: Repeating | undefined;
  private watchedSince: number | undefined;
  private nextBeatAt = 0;
  private stopped = false;

  constructor(
    private readonly store: PresenceStore,
    private readonly lastSeen: LastSeen,
    private readonly lifecycle: SocketLifecycle,
    @Inject(REDIS) private readonly redis: Redis,
    @Inject(PRESENCE_TIMES) private readonly times: PresenceTimes,
  ) {}

  onModuleInit(): void {
    this.lifecycle.onConnect(({ id, data }) => this.begin(id, data.caller.userId));
    this.lifecycle.onDisconnect(({ id }) => this.end(id));
  }

  onApplicationBootstrap(): void {
    this.redis.on('ready', () => this.track(this.look(true)));
    this.looking = every(this.times.lookMs, async () => await this.look());
    this.track(this.look());
  }

  /** Ends all leases at once: whoever is connected here only is offline now, not in half a minute. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.looking?.stop();
    for (const id of [...this.held.keys()]) this.end(id);
    // What is under way may begin more: a user who went is noted in PostgreSQL.
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }

  /** Runs when Redis turns out to have lost leases, of whomever. */
  onLost(run: () => void): void {
    this.lost = run;
  }

  begin(id: string, userId: string): void {
    if (this.stopped) return;
    const connection: Connection = { id, userId, status: 'online' };
    this.held.set(id, connection);
    this.writeSoon(connection);
  }

  end(id: string): void {
    const connection = this.held.get(id);
    if (!connection) return;
    this.held.delete(id);
    connection.endedAt = performance.now();
    this.writeSoon(connection);
  }

  /** Answers with the presence of the user. @throws AppError unavailable; it is set then when Redis is back */
  async set(id: string, status: ChosenStatus): Promise<Updated> {
    const connection = this.held.get(id);
    if (!connection) throw unavailable('Presence');
    connection.status = status;
    return await this.settle(connection);
  }

  /** Renews all when that is due, or when Redis has lost leases, and tries again what could not be written. */
  private async look(anyway = false): Promise<void> {
    try {
      this.note((await this.store.watched()).since);
      const isDue = anyway || performance.now() >= this.nextBeatAt;
      for (const connection of isDue ? this.held.values() : this.left()) this.writeSoon(connection);
      if (isDue) this.nextBeatAt = performance.now() + this.times.heartbeatMs;
    } catch (error) {
      this.logger.debug(`Leases are renewed later: ${String(error)}`);
    }
  }

  /** What is still to be written; leases that ended long ago have run out by themselves. */
  private left(): Connection[] {
    for (const connection of this.unsettled)
      if (performance.now() - (connection.endedAt ?? Infinity) > this.times.leaseMs)
        this.unsettled.delete(connection);
    return [...this.unsettled];
  }

  private note(watchedSince: number): void {
    if (this.watchedSince !== undefined && this.watchedSince !== watchedSince) {
      this.nextBeatAt = 0;
      this.lost();
    }
    this.watchedSince = watchedSince;
  }

  private writeSoon(connection: Connection): void {
    this.track(
      this.settle(connection).catch((error: unknown) => {
        this.logger.debug(`A lease is written later: ${String(error)}`);
      }),
    );
  }

  private track(work: Promise<unknown>): void {
    this.running.add(work);
    const done = () => void this.running.delete(work);
    work.then(done, done);
  }

  private async settle(connection: Connection): Promise<Updated> {
    try {
      const updated = await this.writes.submit(connection);
      this.unsettled.delete(connection);
      return updated;
    } catch (error) {
      this.unsettled.add(connection);
      throw error;
    }
  }

  private stateOf({ id, status }: Connection): ChosenStatus | 'ended' {
    return this.held.has(id) ? status : 'ended';
  }

  private async write(connections: Connection[]): Promise<Settled<Updated>[]> {
    const written = connections.map((connection) => ({ connection, as: this.stateOf(connection) }));
    const users = byUser(connections, ({ id }) => this.held.has(id));
    const updated = await this.store.update(users, ({ since }) => this.note(since));
    // Whoever waited in vain for so long need not write it again, and stands in nobody's way.
    for (const { connection, as } of written)
      if (this.stateOf(connection) === as) this.unsettled.delete(connection);
    const userIds = users.map(({ userId }) => userId);
    this.track(this.lastSeen.note(userIds, updated));
    const results = new Map(userIds.map((userId, index) => [userId, updated[index]]));
    return connections.map(({ userId }) => {
      const value = results.get(userId);
      return value ? { ok: true, value } : { ok: false, error: unavailable('Presence') };
    });
  }
}

function byUser(connections: Connection[], isHeld: (connection: Connection) => boolean): UserWanted[] {
  const users = new Map<string, UserWanted>();
  for (const connection of new Set(connections)) {
    const { id, userId, status } = connection;
    const user = users.get(userId) ?? { userId, connections: [] };
    user.connections.push({ connectionId: id, status, isHeld: isHeld(connection) });
    users.set(userId, user);
  }
  return [...users.values()];
}
