import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { newId } from '../common/id.js';
import type { Key } from '../redis/key.js';
import { REDIS } from '../redis/redis.tokens.js';
import type { ServerEvent } from './server-event.js';

/** Publishes what is not kept; what must be seen later is appended in a script, by `appendEvent` of topic.lua. */
@Injectable()
export class EventPublisher {
  private readonly logger = new Logger('Events');

  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  /** Tells who listens to the topic now; `seq` is null and nothing is replayed. Throws when Redis is away. */
  async transient<Data extends object>(
    stream: Key,
    { name }: ServerEvent<Data>,
    data: NoInfer<Data>,
  ): Promise<void> {
    const notice = [newId(), name, null, null, Date.now(), JSON.stringify(data)];
    await this.redis.publish(stream, JSON.stringify(notice));
  }

  /** The same for what nobody misses: while Redis is away nothing is told. */
  async casually<Data extends object>(
    stream: Key,
    event: ServerEvent<Data>,
    data: NoInfer<Data>,
  ): Promise<void> {
    await this.transient(stream, event, data).catch((error: unknown) =>
      this.logger.debug(`${event.name} was not told: ${String(error)}`),
    );
  }
}
