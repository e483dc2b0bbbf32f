import { Injectable } from '@nestjs/common';
import { newId } from '../common/id.js';
import { Database, Prisma, type Transaction } from '../database/database.service.js';
import { UNREAD, type MemberOf } from './conversation-summary.repository.js';

/** What one of its members may do in a conversation. */
export interface Standing {
  /** Of a direct one: whether one of the two has blocked the other, or the other is banned or deleted. */
  isSevered: boolean;
}

export interface MemberRow {
  userId: string;
  username: string;
  displayName: string;
  joinedAt: Date;
}

/** Where a member's marker is after it was to be moved. */
export interface Marker extends Standing {
  readSeq: number;
  unread: number;
  memberCount: number;
  isMoved: boolean;
}

/** Names the direct conversation of two users. */
export const pairOf = (userId: string, otherId: string): string => [userId, otherId].sort().join(':');

/** Whether the conversation `c` is one of two of whom one, `me`, cannot reach the other. */
const IS_SEVERED = Prisma.sql`(c.type = 'direct' AND EXISTS (
  SELECT 1 FROM conversation_members o JOIN users u ON u.id = o.user_id
  WHERE o.conversation_id = c.id AND o.user_id <> me.user_id AND (
    u.status = 'banned' OR u.deleted_at IS NOT NULL OR EXISTS (
      SELECT 1 FROM blocks b
      WHERE (b.blocker_id, b.blocked_id) IN ((o.user_id, me.user_id), (me.user_id, o.user_id))))))`;

@Injectable()
export class ConversationRepository {
  constructor(private readonly database: Database) {}

  /** The direct conversation of two users, which there is but one of, whoever begins it. @returns whether it is new */
  async openDirect(
    tx: Transaction,
    userId: string,
    otherId: string,
  ): Promise<{ id: string; isNew: boolean }> {
    const pair = pairOf(userId, otherId);
    const [made] = await tx.$queryRaw<{ id: string }[]>`
      INSERT INTO conversations (id, type, pair) VALUES (${newId()}::uuid, 'direct', ${pair})
      ON CONFLICT (pair) DO NOTHING RETURNING id`;
    if (made) {
      await this.addMembers(tx, made.id, [userId, otherId]);
      return { id: made.id, isNew: true };
    }
    const { id } = await tx.conversation.findUniqueOrThrow({ where: { pair }, select: { id: true } });
    await tx.conversationMember.updateMany({
      where: { conversationId: id, userId },
      data: { hidden: false },
    });
    return { id, isNew: false };
  }

  async openGroup(tx: Transaction, ownerId: string, name: string, memberIds: string[]): Promise<string> {
    const { id } = await tx.conversation.create({
      data: { id: newId(), type: 'group', name, ownerId },
      select: { id: true },
    });
    await this.addMembers(tx, id, [ownerId, ...memberIds]);
    return id;
  }

  /** What is unread begins with their coming. @returns who was not in it */
  async addMembers(tx: Transaction, conversationId: string, userIds: string[]): Promise<string[]> {
    const rows = await tx.$queryRaw<{ userId: string }[]>`
      INSERT INTO conversation_members (conversation_id, user_id, read_seq)
      SELECT c.id, one.user_id, c.seq FROM unnest(${userIds}::uuid[]) AS one (user_id), conversations c
      WHERE c.id = ${conversationId}::uuid ON CONFLICT DO NOTHING RETURNING user_id AS "userId"`;
    return rows.map(({ userId }) => userId);
  }

  /** Who of these may be brought into a conversation by a user: they are here, and neither has blocked the other. */
  async approachable(
    userId: string,
    others: string[],
    tx: Transaction = this.database,
  ): Promise<Set<string>> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT u.id FROM users u WHERE u.id = ANY(${others}::uuid[]) AND u.status = 'active' AND u.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM blocks b
          WHERE (b.blocker_id, b.blocked_id) IN ((u.id, ${userId}::uuid), (${userId}::uuid, u.id)))`;
    return new Set(rows.map(({ id }) => id));
  }

  /** Of a member; undefined for who is none. */
  async standingOf(
    userId: string,
    conversationId: string,
    tx: Transaction = this.database,
  ): Promise<Standing | undefined> {
    const [row] = await tx.$queryRaw<Standing[]>`
      SELECT ${IS_SEVERED} AS "isSevered" FROM conversation_members me JOIN conversations c ON c.id = me.conversation_id
      WHERE me.conversation_id = ${conversationId}::uuid AND me.user_id = ${userId}::uuid`;
    return row;
  }

  /** For each, in order; one statement. */
  async areMembers(all: MemberOf[]): Promise<boolean[]> {
    const rows = await this.database.$queryRaw<{ isMember: boolean }[]>`
      SELECT m.user_id IS NOT NULL AS "isMember"
      FROM unnest(
        ${all.map(({ conversationId }) => conversationId)}::uuid[], ${all.map(({ userId }) => userId)}::uuid[]
      ) WITH ORDINALITY AS asked (conversation_id, user_id, place)
      LEFT JOIN conversation_members m USING (conversation_id, user_id) ORDER BY asked.place`;
    return rows.map(({ isMember }) => isMember);
  }

  /** The group while it is locked until the commit; undefined when the user is not in it. */
  async lockGroup(
    tx: Transaction,
    conversationId: string,
    userId: string,
  ): Promise<{ type: 'direct' | 'group'; ownerId: string | null } | undefined> {
    const [row] = await tx.$queryRaw<{ type: 'direct' | 'group'; ownerId: string | null }[]>`
      SELECT c.type::text AS type, c.owner_id AS "ownerId" FROM conversations c WHERE c.id = ${conversationId}::uuid
        AND EXISTS (SELECT 1 FROM conversation_members m WHERE m.conversation_id = c.id AND m.user_id = ${userId}::uuid)
      FOR NO KEY UPDATE OF c`;
    return row;
  }

  async rename(tx: Transaction, id: string, name: string): Promise<void> {
    await tx.conversation.update({ where: { id }, data: { name }, select: { id: true } });
  }

  async hide(tx: Transaction, conversationId: string, userId: string): Promise<void> {
    await tx.conversationMember.updateMany({ where: { conversationId, userId }, data: { hidden: true } });
  }

  /** Takes a member out of a group, which goes with the last one; an owner is followed by who has been there longest. */
  async removeMember(tx: Transaction, conversationId: string, userId: string): Promise<boolean> {
    const { count } = await tx.conversationMember.deleteMany({ where: { conversationId, userId } });
    if (count === 0) return false;
    const heir = await tx.conversationMember.findFirst({
      where: { conversationId },
      orderBy: [{ joinedAt: 'asc' }, { userId: 'asc' }],
      select: { userId: true },
    });
    if (!heir) await tx.conversation.delete({ where: { id: conversationId } });
    else
      await tx.conversation.updateMany({
        where: { id: conversationId, OR: [{ ownerId: userId }, { ownerId: null }] },
        data: { ownerId: heir.userId },
      });
    return true;
  }

  async groupsOf(userId: string): Promise<string[]> {
    const rows = await this.database.conversationMember.findMany({
      where: { userId, conversation: { type: 'group' } },
      select: { conversationId: true },
    });
    return rows.map(({ conversationId }) => conversationId);
  }

  /** Counted by a statement after the one that locked the group, which sees whom others brought in meanwhile. */
  async memberCount(tx: Transaction, conversationId: string): Promise<number> {
    return await tx.conversationMember.count({ where: { conversationId } });
  }

  /** In how many groups the one of these users is who is in most. */
  async mostGroups(tx: Transaction, userIds: string[]): Promise<number> {
    const [row] = await tx.$queryRaw<{ most: number | null }[]>`
      SELECT max(groups.count)::int AS most FROM (
        SELECT count(*) FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
        WHERE m.user_id = ANY(${userIds}::uuid[]) AND c.type = 'group' GROUP BY m.user_id) groups`;
    return row?.most ?? 0;
  }

  async members(conversationId: string): Promise<MemberRow[]> {
    const rows = await this.database.conversationMember.findMany({
      where: { conversationId },
      include: { user: { select: { username: true, displayName: true } } },
      orderBy: [{ joinedAt: 'asc' }, { userId: 'asc' }],
    });
    return rows.map(({ userId, joinedAt, user }) => ({ userId, joinedAt, ...user }));
  }

  /** Moves a marker forward, to the last event at most; undefined for who is no member. */
  async read(conversationId: string, userId: string, seq: number): Promise<Marker | undefined> {
    const rows = await this.database.$queryRaw<(Omit<Marker, 'readSeq'> & { readSeq: bigint })[]>`
      WITH before AS (
        SELECT m.read_seq FROM conversation_members m
        WHERE m.conversation_id = ${conversationId}::uuid AND m.user_id = ${userId}::uuid FOR UPDATE
      ), me AS (
        UPDATE conversation_members m SET read_seq = greatest(m.read_seq, least(${seq}::bigint, c.seq))
        FROM conversations c, before
        WHERE c.id = m.conversation_id AND m.conversation_id = ${conversationId}::uuid AND m.user_id = ${userId}::uuid
        RETURNING m.conversation_id, m.user_id, m.read_seq
      )
      SELECT me.read_seq AS "readSeq", me.read_seq > before.read_seq AS "isMoved", ${UNREAD} AS unread,
        ${IS_SEVERED} AS "isSevered",
        (SELECT count(*)::int FROM conversation_members n WHERE n.conversation_id = c.id) AS "memberCount"
      FROM me JOIN conversations c ON c.id = me.conversation_id, before`;
    const [row] = rows;
    return row && { ...row, readSeq: Number(row.readSeq) };
  }
}
