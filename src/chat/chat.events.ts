import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsId } from '../common/ids.decorator.js';
import type { ClientEvent } from '../events/client-event.js';
import type { ServerEvent, TopicKind } from '../events/server-event.js';
import { MESSAGE_LIMIT } from './chat.limits.js';
import { Message, ReadMarker, ReadUpTo, SendMessage } from './message.dto.js';

const ANNA = '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10';
const GROUP = '0199d3f1-5b20-7c11-8a90-1d2e3f405162';

export const conversationTopic: TopicKind = {
  pattern: 'conversation:{id}',
  summary:
    'A conversation, for its members. `seq` is that of the conversation: its epoch never changes, and what Redis has lost comes from PostgreSQL',
  example: `conversation:${GROUP}`,
};

const example: Message = {
  ...{ id: '0199d3f2-7e11-7a3b-9d20-4f5e6a7b8c9d', conversationId: GROUP, seq: 42, senderId: ANNA },
  ...{ text: 'Shall we take the quiz on Streams?', clientMessageId: 'c1b6f6a0' },
  ...{ sentAt: '2026-11-25T09:00:00.000Z', editedAt: null, deletedAt: null },
};

const of = (name: string, summary: string, about: Message): ServerEvent<Message> => ({
  ...{ name, topic: conversationTopic, summary, transient: false, data: Message, example: about },
});

export const chatMessage = of('chat.message', 'Somebody wrote', example);
export const chatEdited = of('chat.edited', 'A message was changed by its sender', {
  ...example,
  ...{ text: 'Shall we take both?', editedAt: '2026-11-25T09:01:00.000Z' },
});
export const chatDeleted = of('chat.deleted', 'A message was deleted by its sender; its text is gone', {
  ...example,
  ...{ text: '', deletedAt: '2026-11-25T09:02:00.000Z' },
});

export class ChatRead {
  @ApiProperty({ format: 'uuid', example: ANNA })
  userId: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 42 })
  seq: number;
}

export const chatRead: ServerEvent<ChatRead> = {
  name: 'chat.read',
  topic: conversationTopic,
  summary: 'A member has read up to there; told in conversations of up to 50',
  transient: true,
  data: ChatRead,
  example: { userId: ANNA, seq: 42 },
};

export class ChatTyping {
  @ApiProperty({ format: 'uuid', example: ANNA })
  userId: string;

  @ApiProperty({ example: true })
  typing: boolean;
}

export const chatTyping: ServerEvent<ChatTyping> = {
  name: 'chat.typing',
  topic: conversationTopic,
  summary: 'A member types, or no longer does: after a message, or 5 s without another sign',
  transient: true,
  data: ChatTyping,
  example: { userId: ANNA, typing: true },
};

export class SendChat extends SendMessage {
  @ApiProperty({ format: 'uuid', example: GROUP })
  @IsId()
  conversationId: string;
}

export class TypeChat {
  @ApiProperty({ format: 'uuid', example: GROUP })
  @IsId()
  conversationId: string;

  @ApiProperty({ example: true })
  @IsBoolean()
  typing: boolean;
}

export class ReadChat extends ReadUpTo {
  @ApiProperty({ format: 'uuid', example: GROUP })
  @IsId()
  conversationId: string;
}

export const sendChat: ClientEvent<SendChat, typeof Message> = {
  name: 'chat.send',
  summary: 'Write to a conversation; acknowledged once the message is stored for good',
  limits: [MESSAGE_LIMIT],
  body: SendChat,
  answer: Message,
  examples: [
    { body: { conversationId: GROUP, clientMessageId: 'c1b6f6a0', text: example.text }, data: example },
  ],
};

export const typeChat: ClientEvent<TypeChat, typeof ChatTyping> = {
  name: 'chat.typing',
  summary: 'Say that I type, every few seconds, or that I no longer do',
  body: TypeChat,
  answer: ChatTyping,
  examples: [{ body: { conversationId: GROUP, typing: true }, data: { userId: ANNA, typing: true } }],
};

export const readChat: ClientEvent<ReadChat, typeof ReadMarker> = {
  name: 'chat.read',
  summary: 'I have read up to there',
  body: ReadChat,
  answer: ReadMarker,
  examples: [{ body: { conversationId: GROUP, seq: 42 }, data: { readSeq: 42, unread: 0 } }],
};
