import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { readTopic, type Position, type Reading } from './events.scripts.js';
import type { TopicKeys } from './topic-source.js';

/** Reads topics for what must follow from their events, in any process. */
@Injectable()
export class TopicReader {
  constructor(
    private readonly scripts: ScriptRunner,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  /** Changes whenever the topic does. */
  async position({ topic }: TopicKeys): Promise<string> {
    return (await this.redis.hmget(topic, 'epoch', 'seq')).join(':');
  }

  /** What the topic holds after a position; of another epoch than that, or without one, all. */
  async read(keys: TopicKeys, after: Position | undefined): Promise<Reading> {
    return await this.scripts.run(readTopic, { keys, seen: after, since: after?.seq ?? 0 });
  }
}
