import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis, RedisOptions } from 'ioredis';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { BoundedRedis } from './bounded-redis.js';

// A public read may meet two of these, one in the guard and one at its own data, and still answers within a second.
const COMMAND_TIMEOUT_MS = 400;

// No command waits for a connection and none is sent again: a caller learns at once that Redis is away,
// and decides itself whether to repeat what may already have happened.
const BASE = {
  connectTimeout: 1_000,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (times: number) => Math.min(50 * times, 1_000),
} satisfies RedisOptions;

/** Waits for a new connection, since commands do not wait; after `withinMs` it goes on without. */
export async function untilConnected(redis: Redis, withinMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve) => {
    const goOn = () => {
      clearTimeout(timer);
      redis.off('ready', goOn);
      resolve();
    };
    const timer = setTimeout(goOn, withinMs);
    redis.on('ready', goOn);
  });
}

/** Opens the process's connections to Redis and closes them last. */
@Injectable()
export class RedisConnections implements OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private readonly open: Redis[] = [];
  protected readonly commandTimeoutMs: number = COMMAND_TIMEOUT_MS;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** For ordinary commands. */
  shared = (): Redis => this.connect('shared', {});

  /** For commands that wait inside Redis, up to `waitMs`. */
  blocking = (name: string, waitMs: number): Redis =>
    this.connect(name, { commandTimeout: waitMs + this.commandTimeoutMs });

  /** For SUBSCRIBE; whoever holds it subscribes again at every `ready`, and so learns when messages may be missing. */
  subscriber = (): Redis => this.connect('subscriber', { autoResubscribe: false });

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.open.map(async (redis) => await this.close(redis)));
  }

  private connect(name: string, options: { commandTimeout?: number; autoResubscribe?: false }): Redis {
    const redis = new BoundedRedis(this.config.REDIS_URL, {
      ...BASE,
      commandTimeout: this.commandTimeoutMs,
      connectionName: `redistack-${name}`,
      ...options,
    });
    redis.on('error', (error: Error) => this.logger.warn(`${name}: ${error.message}`));
    redis.on('ready', () => this.logger.debug(`${name}: connected`));
    this.open.push(redis);
    return redis;
  }

  private async close(redis: Redis): Promise<void> {
    if (redis.status === 'ready') await redis.quit().catch(() => redis.disconnect());
    else redis.disconnect();
  }
}
