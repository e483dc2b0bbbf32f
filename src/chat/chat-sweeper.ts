import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Redis } from 'ioredis';
import { Repeats } from '../jobs/repeats.service.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ConversationLog, topicKeysOf } from './conversation-log.service.js';
import { MessageRepository } from './message.repository.js';

const EVERY_MS = 2_000;
/** An event is told right after its commit: who has not done so in so long is dead, or Redis was away. */
const TOLD_WITHIN_SEC = 2;
/** Longer than any Redis is away without being noticed, and looked at in pages that fit a moment. */
const BACK_SEC = 120;
const AT_ONCE = 2_000;

/** For the worker: tells events of conversations that were committed and not told, because a process died in between. */
@Injectable()
export class ChatSweeper {
  private readonly logger = new Logger(ChatSweeper.name);

  constructor(
    private readonly repeats: Repeats,
    private readonly messages: MessageRepository,
    private readonly log: ConversationLog,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  @Interval(EVERY_MS)
  async look(): Promise<void> {
    await this.repeats.run('chat-sweep', EVERY_MS, async () => await this.sweep());
  }

  private async sweep(): Promise<void> {
    const active = await this.messages.activeBetween(BACK_SEC, TOLD_WITHIN_SEC, AT_ONCE);
    const pipeline = this.redis.pipeline();
    for (const { id } of active) pipeline.hget(topicKeysOf(id).topic, 'seq');
    const replies = (await pipeline.exec()) ?? [];
    for (const [at, { id, seq }] of active.entries()) {
      const [error, told] = replies[at] ?? [];
      if (error) throw error;
      // What Redis does not know it is told when somebody asks.
      if (typeof told !== 'string' || Number(told) >= seq) continue;
      this.logger.warn(`Events of a conversation are told late, from ${told} to ${seq}`);
      await this.log.fill(id, Number(told));
    }
  }
}
