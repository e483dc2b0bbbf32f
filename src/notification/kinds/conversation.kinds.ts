import { ApiProperty } from '@nestjs/swagger';
import { notificationKind } from '../notification-kind.js';

const SECONDS = 1_000;

class ConversationNews {
  @ApiProperty({ format: 'uuid' })
  conversationId: string;

  @ApiProperty({ type: String, nullable: true, example: 'Study group', description: 'Null for a direct one' })
  conversationName: string | null;
}

export class AddedToConversation extends ConversationNews {
  @ApiProperty({ format: 'uuid' })
  byId: string;

  @ApiProperty({ example: 'ada' })
  byName: string;
}

/** Which message it is; its text stays where it can be edited and deleted. */
export class MessageNews extends ConversationNews {
  @ApiProperty({ format: 'uuid' })
  messageId: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 12 })
  seq: number;

  @ApiProperty({ format: 'uuid' })
  senderId: string;

  @ApiProperty({ example: 'ada' })
  senderName: string;
}

const example = {
  conversationId: '0199d3ee-02c4-7b5a-a1f3-92d8e7c6b5a4',
  conversationName: 'Study group',
};
const message = {
  ...{ ...example, messageId: '0199d3ee-02c4-7b5a-a1f3-92d8e7c6b5a5', seq: 12 },
  ...{ senderId: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10', senderName: 'ada' },
};
const inGroup = (name: string | null) => (name === null ? '' : ` in ${name}`);
const page = ({ conversationId }: ConversationNews) => ({
  label: 'Read on',
  path: `/conversations/${conversationId}`,
});

export const conversationAdded = notificationKind<AddedToConversation>({
  name: 'conversation_added',
  summary: 'Somebody brought me into a group',
  data: AddedToConversation,
  defaults: { inApp: true, email: false },
  mailAfterMs: 300 * SECONDS,
  text: ({ byName, conversationName }) => `${byName} brought you into the group ${conversationName ?? ''}.`,
  mail: (data) => ({
    subject: `You are in the group ${data.conversationName ?? ''}`,
    paragraphs: [`${data.byName} brought you into the group ${data.conversationName ?? ''}.`],
    action: page(data),
  }),
  example: { ...example, byId: message.senderId, byName: 'ada' },
});

export const mentioned = notificationKind<MessageNews>({
  name: 'mentioned',
  summary: 'Somebody mentioned me in a conversation that I am in, as @ and my name',
  data: MessageNews,
  defaults: { inApp: true, email: false },
  mailAfterMs: 30 * SECONDS,
  text: ({ senderName, conversationName }) => `${senderName} mentioned you${inGroup(conversationName)}.`,
  mail: (data) => ({
    subject: `${data.senderName} mentioned you${inGroup(data.conversationName)}`,
    paragraphs: [`${data.senderName} mentioned you${inGroup(data.conversationName)}.`],
    action: page(data),
  }),
  example: message,
});

export const messageReceived = notificationKind<MessageNews>({
  name: 'message_received',
  summary: 'Somebody wrote to me while I was not there; once for a conversation until I have read it',
  data: MessageNews,
  defaults: { inApp: true, email: true },
  mailAfterMs: 30 * SECONDS,
  text: ({ senderName, conversationName }) => `${senderName} wrote to you${inGroup(conversationName)}.`,
  mail: (data) => ({
    subject: `${data.senderName} wrote to you${inGroup(data.conversationName)}`,
    paragraphs: [
      `${data.senderName} wrote to you${inGroup(data.conversationName)} while you were not there.`,
    ],
    action: page(data),
  }),
  example: message,
});
