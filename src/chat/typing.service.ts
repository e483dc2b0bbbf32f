import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { EventPublisher } from '../events/event-publisher.js';
import { chatTyping, type ChatTyping } from './chat.events.js';
import { topicKeysOf } from './conversation-log.service.js';
import { ConversationService } from './conversation.service.js';

/** Without another sign for so long, nobody is typing. */
const LAPSES_MS = 5_000;

/**
 * Who types where, in this process's connections. Nothing of it is stored: a sign lapses by itself, here and, should this
 * process die, in each process that passed it on (see typing-lapse.ts).
 */
@Injectable()
export class TypingService {
  /** By conversation and user. */
  private readonly signs = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly conversations: ConversationService,
    private readonly publisher: EventPublisher,
  ) {}

  /** @throws AppError not_found for who is no member */
  async type({ userId }: Caller, conversationId: string, typing: boolean): Promise<ChatTyping> {
    await this.conversations.requireMember(userId, conversationId);
    if (typing) await this.begin(userId, conversationId);
    else await this.end(userId, conversationId);
    return { userId, typing };
  }

  /** After a message, and when its socket is gone. Does nothing for who was not typing. */
  async end(userId: string, conversationId: string): Promise<void> {
    const key = keyOf(userId, conversationId);
    const sign = this.signs.get(key);
    if (sign === undefined) return;
    clearTimeout(sign);
    this.signs.delete(key);
    await this.tell(userId, conversationId, false);
  }

  /** Wherever a user was typing over a connection that is gone. */
  async endAll(userId: string): Promise<void> {
    const suffix = `:${userId}`;
    for (const key of [...this.signs.keys()])
      if (key.endsWith(suffix)) await this.end(userId, key.slice(0, -suffix.length));
  }

  private async begin(userId: string, conversationId: string): Promise<void> {
    const key = keyOf(userId, conversationId);
    const before = this.signs.get(key);
    clearTimeout(before);
    this.signs.set(key, setTimeout(() => void this.end(userId, conversationId), LAPSES_MS).unref());
    await this.tell(userId, conversationId, true);
  }

  private async tell(userId: string, conversationId: string, typing: boolean): Promise<void> {
    await this.publisher.casually(topicKeysOf(conversationId).stream, chatTyping, { userId, typing });
  }
}

const keyOf = (userId: string, conversationId: string): string => `${conversationId}:${userId}`;
