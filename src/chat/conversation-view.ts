import { LIMITS } from './chat.limits.js';
import type { Conversation, ConversationSnapshot, ConversationSummary, Member } from './conversation.dto.js';
import type { MemberRow } from './conversation.repository.js';
import type { ConversationRow } from './conversation-summary.repository.js';
import type { Message } from './message.dto.js';

export const memberView = ({ joinedAt, ...member }: MemberRow): Member => ({
  ...member,
  joinedAt: joinedAt.toISOString(),
});

/** PostgreSQL writes moments inside JSON in a form of its own. */
const momentOf = (text: string | null): string | null =>
  text === null ? null : new Date(text).toISOString();

function lastMessageOf(held: ConversationRow['lastMessage']): Message | null {
  if (!held) return null;
  const { sentAt, editedAt, deletedAt, ...message } = held;
  return {
    ...message,
    seq: Number(message.seq),
    sentAt: momentOf(sentAt) ?? '',
    ...{ editedAt: momentOf(editedAt), deletedAt: momentOf(deletedAt) },
  };
}

export const summaryView = (row: ConversationRow): ConversationSummary => ({
  ...{ id: row.id, type: row.type, name: row.name, ownerId: row.ownerId, memberCount: row.memberCount },
  peer: row.peer && { ...row.peer, joinedAt: momentOf(row.peer.joinedAt) ?? '' },
  ...{ seq: Number(row.seq), readSeq: Number(row.readSeq), unread: row.unread },
  lastMessage: lastMessageOf(row.lastMessage),
  ...{ createdAt: row.createdAt.toISOString(), activeAt: row.activeAt.toISOString() },
});

export function snapshotView(row: ConversationRow): ConversationSnapshot {
  const { lastMessage, ...summary } = summaryView(row);
  const text = [...(lastMessage?.text ?? '')].slice(0, LIMITS.excerptLength).join('');
  return { ...summary, lastMessage: lastMessage && { ...lastMessage, text } };
}

export const conversationView = (row: ConversationRow, members: MemberRow[]): Conversation => ({
  ...summaryView(row),
  members: members.map(memberView),
});
