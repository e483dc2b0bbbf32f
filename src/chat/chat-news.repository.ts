import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.service.js';

/** A message that members are to be told of. */
export interface NewMessage {
  id: string;
  seq: number;
  text: string;
  senderId: string;
  senderName: string;
}

/** What happened in a conversation since members were last notified. */
export interface News {
  conversationId: string;
  conversationName: string | null;
  /** The oldest first; without those that were deleted. */
  messages: NewMessage[];
}

/** A member who has not read a message of somebody else's. */
export interface Reader {
  userId: string;
  readSeq: number;
  messageId: string;
}

/** What members are to be notified of. */
@Injectable()
export class ChatNewsRepository {
  /**
   * Takes up to `limit` of the messages that nobody was notified of, and moves on behind them; whether more are left is
   * written down where the next message looks. Undefined for a conversation that is gone.
   */
  async take(
    tx: Transaction,
    conversationId: string,
    limit: number,
  ): Promise<(News & { isMore: boolean }) | undefined> {
    const [conversation] = await tx.$queryRaw<{ name: string | null; notifiedSeq: bigint; seq: bigint }[]>`
      SELECT name, notified_seq AS "notifiedSeq", seq FROM conversations
      WHERE id = ${conversationId}::uuid FOR NO KEY UPDATE`;
    if (!conversation) return undefined;
    const { name, notifiedSeq, seq } = conversation;
    const rows = await tx.$queryRaw<(Omit<NewMessage, 'seq'> & { seq: bigint })[]>`
      SELECT m.id, m.seq, m.text, m.sender_id AS "senderId", u.username AS "senderName"
      FROM messages m JOIN users u ON u.id = m.sender_id
      WHERE m.conversation_id = ${conversationId}::uuid AND m.seq > ${notifiedSeq} AND m.deleted_at IS NULL
      ORDER BY m.seq LIMIT ${limit + 1}`;
    const messages = rows.slice(0, limit).map((row) => ({ ...row, seq: Number(row.seq) }));
    const isMore = rows.length > limit;
    const until = isMore ? (messages.at(-1)?.seq ?? Number(seq)) : Number(seq);
    await tx.$executeRaw`
      UPDATE conversations SET notified_seq = ${until}, notify_due = ${isMore} WHERE id = ${conversationId}::uuid`;
    return { conversationId, conversationName: name, messages, isMore };
  }

  /** Members who have not read all of these messages, each with the first of them that is theirs to read. */
  async readers(tx: Transaction, conversationId: string, messages: NewMessage[]): Promise<Reader[]> {
    const rows = await tx.$queryRaw<(Omit<Reader, 'readSeq'> & { readSeq: bigint })[]>`
      SELECT DISTINCT ON (m.user_id) m.user_id AS "userId", m.read_seq AS "readSeq", n.id AS "messageId"
      FROM conversation_members m CROSS JOIN unnest(
        ${messages.map(({ id }) => id)}::uuid[], ${messages.map(({ seq }) => seq)}::bigint[],
        ${messages.map(({ senderId }) => senderId)}::uuid[]) AS n (id, seq, sender_id)
      WHERE m.conversation_id = ${conversationId}::uuid AND n.sender_id <> m.user_id AND n.seq > m.read_seq
        AND NOT EXISTS (SELECT 1 FROM blocks b
          WHERE (b.blocker_id, b.blocked_id) IN ((m.user_id, n.sender_id), (n.sender_id, m.user_id)))
      ORDER BY m.user_id, n.seq`;
    return rows.map((row) => ({ ...row, readSeq: Number(row.readSeq) }));
  }

  /** Members of these names, and who of them wants to hear nothing of a sender. */
  async named(
    tx: Transaction,
    conversationId: string,
    mentions: { name: string; senderId: string; messageId: string }[],
  ): Promise<{ userId: string; messageId: string }[]> {
    return await tx.$queryRaw`
      SELECT DISTINCT m.user_id AS "userId", said.message_id AS "messageId"
      FROM unnest(
        ${mentions.map(({ name }) => name)}::text[], ${mentions.map(({ senderId }) => senderId)}::uuid[],
        ${mentions.map(({ messageId }) => messageId)}::uuid[]) AS said (name, sender_id, message_id)
      JOIN users u ON u.username_key = said.name AND u.deleted_at IS NULL
      JOIN conversation_members m ON m.user_id = u.id AND m.conversation_id = ${conversationId}::uuid
      WHERE u.id <> said.sender_id AND NOT EXISTS (SELECT 1 FROM blocks b
        WHERE (b.blocker_id, b.blocked_id) IN ((u.id, said.sender_id), (said.sender_id, u.id)))`;
  }

  /** Those of these users who are in a group, and since when; with its name, and that of who brought them in. */
  async joined(
    tx: Transaction,
    conversationId: string,
    byId: string,
    userIds: string[],
  ): Promise<{ userId: string; joinedAt: Date; conversationName: string | null; byName: string }[]> {
    return await tx.$queryRaw`
      SELECT m.user_id AS "userId", m.joined_at AS "joinedAt", c.name AS "conversationName", u.username AS "byName"
      FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
      JOIN users u ON u.id = ${byId}::uuid AND u.deleted_at IS NULL
      WHERE c.id = ${conversationId}::uuid AND m.user_id = ANY(${userIds}::uuid[])`;
  }
}
