import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Key } from '../redis/key.js';
import { RedisConnections, untilConnected } from '../redis/redis-connections.js';

type Listener = (message: string) => void;

const START_PATIENCE_MS = 1_000;
// A connection that was cut is back in a tenth of a second; whoever subscribes meanwhile need not hear of it.
const RETURN_PATIENCE_MS = 300;

/** The process's one connection for Pub/Sub. What was published while it was away is lost: see `onReturn`. */
@Injectable()
export class NoticeChannel implements OnModuleInit {
  private readonly logger = new Logger('Events');
  private readonly redis: Redis;
  private readonly listeners = new Map<string, Listener>();
  private readonly returns: (() => void)[] = [];
  private returning: Promise<void> | undefined;

  constructor(connections: RedisConnections) {
    this.redis = connections.subscriber();
    this.redis.on('message', (channel: string, message: string) => this.listeners.get(channel)?.(message));
    this.redis.on('ready', () => void this.listenAgain());
  }

  async onModuleInit(): Promise<void> {
    await untilConnected(this.redis, START_PATIENCE_MS);
    if (this.redis.status !== 'ready') this.logger.warn('Redis is not there yet; going on without it');
  }

  /** Runs after every (re)connect, when all channels are heard again and messages may have been missed. */
  onReturn(run: () => void): void {
    this.returns.push(run);
  }

  /** Hears a channel from now on, and again after a reconnect. @throws when Redis is away; it is wanted all the same */
  async listen(channel: Key, listener: Listener): Promise<void> {
    this.listeners.set(channel, listener);
    try {
      await this.redis.subscribe(channel);
    } catch (error) {
      if (this.redis.status === 'ready') throw error;
      await this.untilReturn();
      await this.redis.subscribe(channel);
    }
  }

  forget(channel: Key): void {
    this.listeners.delete(channel);
    this.redis.unsubscribe(channel).catch(() => this.logger.debug(`${channel} ends with its connection`));
  }

  /** Makes sure that the connection is alive: a silent one that is dead would never say so. */
  async probe(): Promise<void> {
    if (this.redis.status !== 'ready') return;
    await this.redis.ping().catch(() => this.redis.disconnect(true));
  }

  private async untilReturn(): Promise<void> {
    this.returning ??= untilConnected(this.redis, RETURN_PATIENCE_MS).finally(
      () => (this.returning = undefined),
    );
    await this.returning;
  }

  private async listenAgain(): Promise<void> {
    try {
      if (this.listeners.size > 0) await this.redis.subscribe(...this.listeners.keys());
      for (const run of this.returns) run();
    } catch (error) {
      this.logger.warn({ err: error }, 'could not listen again');
      this.redis.disconnect(true);
    }
  }
}
