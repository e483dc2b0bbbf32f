import { Inject, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Redis } from 'ioredis';
import { NIL } from 'uuid';
import { Repeats } from '../jobs/repeats.service.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ChatSweepRepository, type Unsettled } from './chat-sweep.repository.js';
import { ConversationLog, topicKeysOf } from './conversation-log.service.js';

const EVERY_MS = 2_000;
const AT_ONCE = 500;

/**
 * For the worker: tells events of conversations that were committed and not told, because a process died in between or
 * Redis was away, for however long. What PostgreSQL does not know to be told is compared with Redis until it is.
 */
@Injectable()
export class ChatSweeper {
  private readonly logger = new Logger(ChatSweeper.name);

  constructor(
    private readonly repeats: Repeats,
    private readonly rows: ChatSweepRepository,
    private readonly log: ConversationLog,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  @Interval(EVERY_MS)
  async look(): Promise<void> {
    await this.repeats.run('chat-sweep', EVERY_MS, async (stop) => await this.sweep(stop));
  }

  private async sweep(stop: AbortSignal): Promise<void> {
    for (let afterId: string = NIL; !stop.aborted;) {
      const page = await this.rows.unsettled(afterId, AT_ONCE);
      await this.compare(page);
      const last = page.at(-1);
      if (!last || page.length < AT_ONCE) return;
      afterId = last.id;
    }
  }

  private async compare(page: Unsettled[]): Promise<void> {
    const told = await this.told(page);
    const settled: Unsettled[] = [];
    for (const [at, conversation] of page.entries()) {
      // What Redis does not know it is told when somebody asks, as who follows does every few seconds.
      const toldSeq = told[at] ?? Infinity;
      if (toldSeq < conversation.seq) await this.tell(conversation, toldSeq);
      else if (conversation.isOld) settled.push(conversation);
    }
    if (settled.length > 0) await this.rows.settle(settled);
  }

  /** Up to where Redis holds each; undefined of what it does not know. @throws when Redis is away */
  private async told(page: Unsettled[]): Promise<(number | undefined)[]> {
    const pipeline = this.redis.pipeline();
    for (const { id } of page) pipeline.hget(topicKeysOf(id).topic, 'seq');
    return ((await pipeline.exec()) ?? []).map(([error, seq]) => {
      if (error) throw error;
      return typeof seq === 'string' ? Number(seq) : undefined;
    });
  }

  /** One that fails keeps the others from nothing: it comes round again. */
  private async tell({ id, seq }: Unsettled, toldSeq: number): Promise<void> {
    this.logger.warn(`Events of a conversation are told late, from ${toldSeq} to ${seq}`);
    try {
      await this.log.fill(id, toldSeq);
    } catch (error) {
      this.logger.warn(`Events of a conversation are told later still: ${String(error)}`);
    }
  }
}
