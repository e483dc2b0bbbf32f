import { Injectable } from '@nestjs/common';
import { newId } from '../common/id.js';
import { Database, Prisma, type Transaction } from '../database/database.service.js';
import type { Notification as NotificationRow } from '../database/generated/client.js';
import type { Channels } from './notification-kind.js';

export type { NotificationRow };

export interface NewNotification {
  userId: string;
  data: object;
  /** Nobody is told twice of the same. */
  occasion: string;
  /** What is to be seen for it to be read, such as `conversation:{id}`; only itself when absent. */
  about?: string;
}

/** One that was written, and how its user is to be told of it. */
export interface Written extends Channels {
  id: string;
  userId: string;
}

@Injectable()
export class NotificationRepository {
  constructor(private readonly database: Database) {}

  /**
   * Writes what is new to its users, and what they want to be told at all; nothing for who is banned or deleted.
   * @returns what was written
   */
  async insert(
    tx: Transaction,
    kind: string,
    defaults: Channels,
    all: NewNotification[],
  ): Promise<Written[]> {
    return await tx.$queryRaw<Written[]>`
      WITH wanted AS (${wantedOf(kind, defaults, all)}), written AS (
        INSERT INTO notifications (id, user_id, kind, data, occasion, about, in_app)
        SELECT id, user_id, ${kind}, data::jsonb, occasion, about, in_app FROM wanted WHERE in_app OR email
        ON CONFLICT (user_id, kind, occasion) DO NOTHING RETURNING id
      )
      SELECT wanted.id, user_id AS "userId", in_app AS "inApp", email FROM wanted JOIN written USING (id)`;
  }

  /** To whom `insert` would write. */
  async untold(kind: string, defaults: Channels, all: NewNotification[]): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ userId: string }[]>`
      SELECT user_id AS "userId" FROM (${wantedOf(kind, defaults, all)}) AS wanted
      WHERE (in_app OR email) AND NOT EXISTS (
        SELECT FROM notifications n
        WHERE n.user_id = wanted.user_id AND n.kind = ${kind} AND n.occasion = wanted.occasion)`;
    return rows.map(({ userId }) => userId);
  }

  async find(ids: string[]): Promise<NotificationRow[]> {
    return await this.database.notification.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
  }

  /** Those of a user that are shown in the app, newest first, older than `beforeId`. */
  async page(
    userId: string,
    { unread, limit, beforeId }: { unread: boolean; limit: number; beforeId?: string },
  ): Promise<NotificationRow[]> {
    return await this.database.notification.findMany({
      where: {
        userId,
        inApp: true,
        readAt: unread ? null : undefined,
        id: beforeId ? { lt: beforeId } : undefined,
      },
      orderBy: { id: 'desc' },
      take: limit,
    });
  }

  async countUnread(userId: string): Promise<number> {
    return await this.database.notification.count({ where: { userId, inApp: true, readAt: null } });
  }

  /** Marks one as read, the first time; false when the user has no such notification. */
  async read(userId: string, id: string): Promise<boolean> {
    const found = await this.database.$executeRaw`
      UPDATE notifications SET read_at = coalesce(read_at, now())
      WHERE id = ${id}::uuid AND user_id = ${userId}::uuid AND in_app`;
    return found > 0;
  }

  async readAll(userId: string): Promise<void> {
    await this.database.$executeRaw`
      UPDATE notifications SET read_at = now() WHERE user_id = ${userId}::uuid AND in_app AND read_at IS NULL`;
  }

  /** Those about something that the user has seen. */
  async readAbout(userId: string, about: string): Promise<void> {
    await this.database.$executeRaw`
      UPDATE notifications SET read_at = now()
      WHERE user_id = ${userId}::uuid AND about = ${about} AND read_at IS NULL`;
  }

  /** What a user has chosen, by kind. */
  async preferences(userId: string): Promise<Map<string, Channels>> {
    const rows = await this.database.notificationPreference.findMany({ where: { userId } });
    return new Map(rows.map(({ kind, inApp, email }) => [kind, { inApp, email }]));
  }

  async prefer(userId: string, wanted: Map<string, Channels>): Promise<void> {
    const [kinds, channels] = [[...wanted.keys()], [...wanted.values()]];
    await this.database.$executeRaw`
      INSERT INTO notification_preferences (user_id, kind, in_app, email)
      SELECT ${userId}::uuid, * FROM unnest(
        ${kinds}::text[], ${channels.map(({ inApp }) => inApp)}::bool[], ${channels.map(({ email }) => email)}::bool[])
      ON CONFLICT (user_id, kind) DO UPDATE SET in_app = excluded.in_app, email = excluded.email`;
  }

  /** Ends the mails of a kind; what else a user has chosen of it stays. */
  async unsubscribe(userId: string, kind: string, { inApp }: Channels): Promise<void> {
    await this.database.$executeRaw`
      INSERT INTO notification_preferences (user_id, kind, in_app, email)
      SELECT id, ${kind}, ${inApp}, false FROM users WHERE id = ${userId}::uuid AND deleted_at IS NULL
      ON CONFLICT (user_id, kind) DO UPDATE SET email = false`;
  }

  /** Deletes those that are older than so many days, at most `limit`; returns how many. */
  async sweep(days: number, limit: number): Promise<number> {
    return await this.database.$executeRaw`
      DELETE FROM notifications WHERE id IN (
        SELECT id FROM notifications WHERE created_at < now() - make_interval(days => ${days}::int) LIMIT ${limit})`;
  }

  /** How far a reader of a topic is, held until the commit; null where another process holds it, undefined at its start. */
  async cursor(tx: Transaction, reader: string): Promise<{ epoch: string; seq: number } | null | undefined> {
    const [row] = await tx.$queryRaw<{ epoch: string; seq: bigint }[]>`
      SELECT epoch, seq FROM topic_cursors WHERE reader = ${reader} FOR UPDATE SKIP LOCKED`;
    if (row) return { epoch: row.epoch, seq: Number(row.seq) };
    return (await tx.topicCursor.count({ where: { reader } })) > 0 ? null : undefined;
  }

  async moveCursor(tx: Transaction, reader: string, to: { epoch: string; seq: number }): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO topic_cursors (reader, epoch, seq) VALUES (${reader}, ${to.epoch}, ${to.seq})
      ON CONFLICT (reader) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq`;
  }
}

/** Each with an id, and how its user wants to be told; not of who is banned or deleted. */
const wantedOf = (kind: string, defaults: Channels, all: NewNotification[]): Prisma.Sql => Prisma.sql`
  SELECT one.*, coalesce(p.in_app, ${defaults.inApp}) AS in_app, coalesce(p.email, ${defaults.email}) AS email
  FROM unnest(
    ${all.map(() => newId())}::uuid[], ${all.map(({ userId }) => userId)}::uuid[],
    ${all.map(({ data }) => JSON.stringify(data))}::text[], ${all.map(({ occasion }) => occasion)}::text[],
    ${all.map(({ about }) => about ?? null)}::text[]
  ) AS one (id, user_id, data, occasion, about)
  JOIN users u ON u.id = one.user_id AND u.status = 'active' AND u.deleted_at IS NULL
  LEFT JOIN notification_preferences p ON p.user_id = one.user_id AND p.kind = ${kind}`;
