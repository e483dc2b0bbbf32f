import type { Message } from './message.dto.js';
import type { MessageRow } from './message.repository.js';

export const messageView = (row: MessageRow): Message => ({
  ...{ id: row.id, conversationId: row.conversationId, seq: Number(row.seq), senderId: row.senderId },
  ...{ text: row.text, clientMessageId: row.clientMessageId, sentAt: row.sentAt.toISOString() },
  ...{ editedAt: row.editedAt?.toISOString() ?? null, deletedAt: row.deletedAt?.toISOString() ?? null },
});
