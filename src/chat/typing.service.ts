import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Caller } from '../common/caller.js';
import { EventPublisher } from '../events/event-publisher.js';
import type { EventSocket } from '../events/event-socket.js';
import { SocketLifecycle } from '../events/socket-lifecycle.js';
import { chatTyping, type ChatTyping } from './chat.events.js';
import { topicKeysOf } from './conversation-log.service.js';
import { ConversationService } from './conversation.service.js';
import { LAPSES_MS } from './typing-lapse.js';

/** Who types where. Nothing of it is stored: a sign ends in each process that passed it on (see typing-lapse.ts). */
@Injectable()
export class TypingService implements OnModuleInit {
  /** Where each socket's user was last said to type, and when. */
  private readonly places = new WeakMap<EventSocket, Map<string, number>>();

  constructor(
    private readonly conversations: ConversationService,
    private readonly publisher: EventPublisher,
    private readonly sockets: SocketLifecycle,
  ) {}

  onModuleInit(): void {
    this.sockets.onDisconnect((socket) => void this.gone(socket));
  }

  /** @throws AppError not_found for who is no member; forbidden where one has blocked the other */
  async type(socket: EventSocket, conversationId: string, typing: boolean): Promise<ChatTyping> {
    const { caller } = socket.data;
    await this.conversations.requireVoice(caller.userId, conversationId);
    const places = this.places.get(socket) ?? new Map<string, number>();
    this.places.set(socket, places);
    if (typing) places.set(conversationId, Date.now());
    else places.delete(conversationId);
    return await this.tell(caller, conversationId, typing);
  }

  /** After a message, which ends the sign by itself. */
  wrote(socket: EventSocket, conversationId: string): void {
    this.places.get(socket)?.delete(conversationId);
  }

  private async gone(socket: EventSocket): Promise<void> {
    for (const [conversationId, at] of this.places.get(socket) ?? [])
      if (Date.now() - at < LAPSES_MS) await this.tell(socket.data.caller, conversationId, false);
  }

  private async tell({ userId }: Caller, conversationId: string, typing: boolean): Promise<ChatTyping> {
    const sign = { userId, typing };
    await this.publisher.casually(topicKeysOf(conversationId).stream, chatTyping, sign);
    return sign;
  }
}
