import { Injectable } from '@nestjs/common';
import { newId } from '../common/id.js';
import { Database, Prisma, type Transaction } from '../database/database.service.js';
import type { ChatEventKind, Message as MessageRow } from '../database/generated/client.js';

export type { ChatEventKind, MessageRow };

/** An event that was numbered, and the message it is about. */
export interface NumberedEvent {
  id: string;
  seq: number;
  kind: ChatEventKind;
  createdAt: Date;
  message: MessageRow;
  /** Whether members shall be notified from here on: then it is to be promised. */
  isFirstToNotify: boolean;
}

interface EventRow extends MessageRow {
  eventId: string;
  eventSeq: bigint;
  kind: ChatEventKind;
  eventAt: Date;
  isFirst: boolean;
}

const MESSAGE = Prisma.sql`
  m.id, m.conversation_id AS "conversationId", m.seq, m.sender_id AS "senderId", m.text,
  m.client_message_id AS "clientMessageId", m.sent_at AS "sentAt", m.edited_at AS "editedAt", m.deleted_at AS "deletedAt"`;

/** Messages and the events they are of. Whoever numbers an event holds the conversation's row, so no number is lost. */
@Injectable()
export class MessageRepository {
  constructor(private readonly database: Database) {}

  /**
   * Locks a conversation until the commit, if there is one. Who may do what in it is for a later statement to ask: one that
   * waits does not see what was committed meanwhile.
   */
  async enter(tx: Transaction, conversationId: string): Promise<void> {
    await tx.$executeRaw`SELECT 1 FROM conversations WHERE id = ${conversationId}::uuid FOR NO KEY UPDATE`;
  }

  async findSent(
    tx: Transaction,
    conversationId: string,
    senderId: string,
    clientMessageId: string,
  ): Promise<MessageRow | null> {
    return await tx.message.findUnique({
      where: { conversationId_senderId_clientMessageId: { conversationId, senderId, clientMessageId } },
    });
  }

  /** Numbers and stores a message; the conversation is locked. Who has left a direct one is back in it. */
  async send(
    tx: Transaction,
    {
      conversationId,
      senderId,
      text,
      clientMessageId,
    }: Pick<MessageRow, 'conversationId' | 'senderId' | 'text' | 'clientMessageId'>,
  ): Promise<NumberedEvent> {
    return await this.number(
      tx,
      conversationId,
      'message',
      Prisma.sql`
        INSERT INTO messages AS m (id, conversation_id, seq, sender_id, text, client_message_id)
        SELECT ${newId()}::uuid, id, seq, ${senderId}::uuid, ${text}, ${clientMessageId} FROM numbered RETURNING ${MESSAGE}`,
      Prisma.sql`, shown AS (
        UPDATE conversation_members SET hidden = false WHERE conversation_id = ${conversationId}::uuid AND hidden)`,
    );
  }

  /** Numbers and makes a change of a message that is not deleted; the conversation is locked. */
  async edit(tx: Transaction, message: MessageRow, text: string): Promise<NumberedEvent> {
    return await this.change(tx, message, 'edit', Prisma.sql`text = ${text}, edited_at = now()`);
  }

  /** The same; also tells which events held its text, which must not be read in Redis any more. */
  async delete(tx: Transaction, message: MessageRow): Promise<{ event: NumberedEvent; outdated: number[] }> {
    const before = await tx.conversationEvent.findMany({
      where: { messageId: message.id },
      select: { seq: true },
    });
    const event = await this.change(tx, message, 'delete', Prisma.sql`text = '', deleted_at = now()`);
    return { event, outdated: before.map(({ seq }) => Number(seq)) };
  }

  /** A message of the user's own that is not deleted; the conversation is locked. */
  async findOwn(
    tx: Transaction,
    conversationId: string,
    senderId: string,
    id: string,
  ): Promise<MessageRow | null> {
    return await tx.message.findFirst({ where: { id, conversationId, senderId, deletedAt: null } });
  }

  /** Of a user, not deleted, in no order. */
  async idsOf(senderId: string, limit: number): Promise<string[]> {
    const where = { senderId, deletedAt: null };
    return (await this.database.message.findMany({ where, select: { id: true }, take: limit })).map(
      ({ id }) => id,
    );
  }

  /** Locks the conversation of a message until the commit; undefined when it is not there, or deleted. */
  async enterThatOf(tx: Transaction, messageId: string): Promise<MessageRow | undefined> {
    await tx.$queryRaw`
      SELECT id FROM conversations WHERE id = (SELECT conversation_id FROM messages WHERE id = ${messageId}::uuid)
      FOR NO KEY UPDATE`;
    return (await tx.message.findFirst({ where: { id: messageId, deletedAt: null } })) ?? undefined;
  }

  /** Those after `since`, the oldest first, each with its message as it is now. */
  async eventsAfter(conversationId: string, since: number, limit: number): Promise<NumberedEvent[]> {
    const rows = await this.database.$queryRaw<EventRow[]>`
      SELECT ${MESSAGE}, e.id AS "eventId", e.seq AS "eventSeq", e.kind::text AS kind, e.created_at AS "eventAt", false AS "isFirst"
      FROM conversation_events e JOIN messages m ON m.id = e.message_id
      WHERE e.conversation_id = ${conversationId}::uuid AND e.seq > ${since}::bigint ORDER BY e.seq LIMIT ${limit}`;
    return rows.map(eventOf);
  }

  /** Of each conversation, in order; 0 where nothing has happened yet. One statement. */
  async lastSeqs(ids: string[]): Promise<number[]> {
    const rows = await this.database.$queryRaw<{ id: string; seq: bigint }[]>`
      SELECT id, seq FROM conversations WHERE id = ANY(${ids}::uuid[])`;
    const seqs = new Map(rows.map(({ id, seq }) => [id, Number(seq)]));
    return ids.map((id) => seqs.get(id) ?? 0);
  }

  /** The last below, or the first above a seq, in order; with neither, the last. */
  async history(
    conversationId: string,
    { before, after, limit }: { before?: number; after?: number; limit: number },
  ): Promise<MessageRow[]> {
    const isForward = after !== undefined;
    const rows = await this.database.message.findMany({
      where: { conversationId, seq: { gt: after, lt: before } },
      orderBy: { seq: isForward ? 'asc' : 'desc' },
      take: limit,
    });
    return isForward ? rows : rows.reverse();
  }

  private async change(
    tx: Transaction,
    { id, conversationId }: MessageRow,
    kind: 'edit' | 'delete',
    set: Prisma.Sql,
  ): Promise<NumberedEvent> {
    return await this.number(
      tx,
      conversationId,
      kind,
      Prisma.sql`UPDATE messages AS m SET ${set} FROM numbered WHERE m.id = ${id}::uuid RETURNING ${MESSAGE}`,
    );
  }

  private async number(
    tx: Transaction,
    conversationId: string,
    kind: ChatEventKind,
    write: Prisma.Sql,
    also: Prisma.Sql = Prisma.empty,
  ): Promise<NumberedEvent> {
    const [row] = await tx.$queryRaw<EventRow[]>`
      WITH before AS (SELECT notify_due FROM conversations WHERE id = ${conversationId}::uuid),
      numbered AS (
        UPDATE conversations SET seq = seq + 1, active_at = now(), notify_due = notify_due OR ${kind === 'message'}
        WHERE id = ${conversationId}::uuid RETURNING id, seq
      ), m AS (${write}), event AS (
        INSERT INTO conversation_events (conversation_id, seq, id, kind, message_id)
        SELECT numbered.id, numbered.seq, ${newId()}::uuid, ${kind}::"ChatEventKind", m.id FROM numbered, m
        RETURNING id, seq, created_at
      )${also}
      SELECT m.*, event.id AS "eventId", event.seq AS "eventSeq", ${kind} AS kind, event.created_at AS "eventAt",
        ${kind === 'message'} AND NOT before.notify_due AS "isFirst" FROM m, event, before`;
    if (!row) throw new Error(`The event of conversation ${conversationId} was not numbered`);
    return eventOf(row);
  }
}

const eventOf = ({ eventId, eventSeq, kind, eventAt, isFirst, ...message }: EventRow): NumberedEvent => ({
  ...{ id: eventId, seq: Number(eventSeq), kind, createdAt: eventAt },
  ...{ message, isFirstToNotify: isFirst },
});
