import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ClientEvents } from '../events/client-events.js';
import { readChat, sendChat, typeChat } from './chat.events.js';
import { MessageService } from './message.service.js';
import { TypingService } from './typing.service.js';

/** The chat part of the socket: the same services as REST, and the same limits. */
@Injectable()
export class ChatSocket implements OnModuleInit {
  constructor(
    private readonly clientEvents: ClientEvents,
    private readonly messages: MessageService,
    private readonly typing: TypingService,
  ) {}

  onModuleInit(): void {
    this.clientEvents.register(sendChat, async ({ socket }, { conversationId, ...message }) => {
      const { caller } = socket.data;
      const sent = await this.messages.send(caller, conversationId, message);
      this.typing.wrote(socket, conversationId);
      return sent;
    });
    this.clientEvents.register(readChat, async ({ socket }, { conversationId, seq }) => {
      return await this.messages.read(socket.data.caller, conversationId, seq);
    });
    this.clientEvents.register(typeChat, async ({ socket }, { conversationId, typing }) => {
      return await this.typing.type(socket, conversationId, typing);
    });
  }
}
