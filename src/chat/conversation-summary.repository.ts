import { Injectable } from '@nestjs/common';
import { validate } from 'uuid';
import { Database, Prisma } from '../database/database.service.js';
import type { MessageRow } from './message.repository.js';

/** A user, and a conversation that is asked for. */
export interface MemberOf {
  userId: string;
  conversationId: string;
}

/** A conversation as one of its members finds it. */
export interface ConversationRow {
  id: string;
  type: 'direct' | 'group';
  name: string | null;
  ownerId: string | null;
  memberCount: number;
  peer: { userId: string; username: string; displayName: string; joinedAt: string } | null;
  seq: bigint;
  readSeq: bigint;
  unread: number;
  lastMessage:
    | (Omit<MessageRow, 'sentAt' | 'editedAt' | 'deletedAt'> &
        Record<'sentAt' | 'editedAt' | 'deletedAt', string | null>)
    | null;
  createdAt: Date;
  activeAt: Date;
}

/** Where a page of conversations goes on. */
export type ListPlace = Record<'activeAt' | 'id', string>;

export const isListPlace = (value: unknown): value is ListPlace =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  validate(value.id) &&
  'activeAt' in value &&
  typeof value.activeAt === 'string' &&
  /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(value.activeAt) &&
  !Number.isNaN(Date.parse(value.activeAt));

/** How many of a member's conversations, or of the messages in one, are unread: only what others wrote and did not delete. */
export const UNREAD = Prisma.sql`(
  SELECT count(*)::int FROM messages n WHERE n.conversation_id = c.id AND n.seq > me.read_seq
    AND n.sender_id <> me.user_id AND n.deleted_at IS NULL)`;

/** Of the conversation `c` as its member `me` finds it. */
const SUMMARY = Prisma.sql`
  c.id, c.type::text AS type, c.name, c.owner_id AS "ownerId", c.seq, me.read_seq AS "readSeq",
    c.created_at AS "createdAt", c.active_at AS "activeAt", ${UNREAD} AS unread,
    (SELECT count(*)::int FROM conversation_members n WHERE n.conversation_id = c.id) AS "memberCount",
    CASE WHEN c.type = 'direct' THEN (
      SELECT jsonb_build_object('userId', u.id, 'username', u.username, 'displayName', u.display_name,
        'joinedAt', to_jsonb(o.joined_at))
      FROM conversation_members o JOIN users u ON u.id = o.user_id
      WHERE o.conversation_id = c.id AND o.user_id <> me.user_id) END AS peer,
    (SELECT jsonb_build_object('id', n.id, 'conversationId', n.conversation_id, 'seq', n.seq, 'senderId', n.sender_id,
        'text', n.text, 'clientMessageId', n.client_message_id, 'sentAt', n.sent_at, 'editedAt', n.edited_at,
        'deletedAt', n.deleted_at)
      FROM messages n WHERE n.conversation_id = c.id ORDER BY n.seq DESC LIMIT 1) AS "lastMessage"`;

/** Conversations as lists and snapshots show them. */
@Injectable()
export class ConversationSummaryRepository {
  constructor(private readonly database: Database) {}

  /** Each as its user finds it, in order; undefined where the user is not in it. One statement. */
  async findAll(all: MemberOf[]): Promise<(ConversationRow | undefined)[]> {
    const rows = await this.database.$queryRaw<(ConversationRow & { place: bigint })[]>`
      SELECT asked.place, ${SUMMARY}
      FROM unnest(
        ${all.map(({ userId }) => userId)}::uuid[], ${all.map(({ conversationId }) => conversationId)}::uuid[]
      ) WITH ORDINALITY AS asked (user_id, conversation_id, place)
      JOIN conversation_members me USING (user_id, conversation_id) JOIN conversations c ON c.id = me.conversation_id`;
    const found = new Map(rows.map(({ place, ...row }) => [Number(place), row]));
    return all.map((_one, index) => found.get(index + 1));
  }

  /** A user's conversations, the one with the newest event first. */
  async list(userId: string, limit: number, after?: ListPlace): Promise<ConversationRow[]> {
    const place = after
      ? Prisma.sql`AND (c.active_at, c.id) < (${after.activeAt}::timestamptz, ${after.id}::uuid)`
      : Prisma.empty;
    return await this.database.$queryRaw<ConversationRow[]>`
      SELECT ${SUMMARY} FROM conversation_members me JOIN conversations c ON c.id = me.conversation_id
      WHERE me.user_id = ${userId}::uuid AND NOT me.hidden ${place}
      ORDER BY c.active_at DESC, c.id DESC LIMIT ${limit}`;
  }
}
