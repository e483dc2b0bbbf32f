import { Injectable } from '@nestjs/common';
import type { Role } from '../common/caller.js';
import { Database, Prisma, type Transaction } from '../database/database.service.js';
import type { SessionId } from './session.scripts.js';

/** Where a request comes from, as the session remembers it. */
export interface Origin {
  ip: string;
  userAgent: string;
}

/** Who makes a request before anybody is signed in. */
export interface Client extends Origin {
  /** What it sent as `X-Device-Token`; never stored. */
  deviceToken?: string | undefined;
}

export interface SessionRow extends Origin {
  id: string;
  userId: string;
  username: string;
  role: Role;
  generation: number;
  createdAt: Date;
  refreshedAt: Date;
  expiresAt: Date;
  /** Neither ended nor past its absolute end, by PostgreSQL's clock. */
  live: boolean;
  /** Seconds since the last refresh, by PostgreSQL's clock. */
  sinceRefreshSec: number;
}

export interface Opened {
  /** The sessions that ended for it. */
  displaced: string[];
  /** Whether the account was dormant until now. */
  isBack: boolean;
}

export interface NewSession extends Client {
  id: string;
  userId: string;
  maxTtlSec: number;
}

const COLUMNS = Prisma.sql`
  s.id, s.user_id AS "userId", u.username, u.role::text AS role, s.generation, s.created_at AS "createdAt",
  s.refreshed_at AS "refreshedAt", s.expires_at AS "expiresAt", s.ip, s.user_agent AS "userAgent",
  (s.ended_at IS NULL AND s.expires_at > now()) AS live,
  extract(epoch FROM now() - s.refreshed_at)::float8 AS "sinceRefreshSec"`;

const LIVE = Prisma.sql`ended_at IS NULL AND expires_at > now()`;

/** The durable side of sessions. Every comparison of times is PostgreSQL's own. */
@Injectable()
export class SessionRepository {
  constructor(private readonly database: Database) {}

  /**
   * Stores a session and ends the user's oldest beyond `atMost`; undefined when the account is banned or deleted. The
   * user's row is locked first, so that log-ins side by side see each other and begin one after the other, and a ban sees
   * every session or lets none begin.
   */
  async open(tx: Transaction, session: NewSession, atMost: number): Promise<Opened | undefined> {
    const [user] = await tx.$queryRaw<{ isBack: boolean }[]>`
      SELECT dormant_since IS NOT NULL AS "isBack" FROM users
      WHERE id = ${session.userId}::uuid AND status = 'active' AND deleted_at IS NULL FOR NO KEY UPDATE`;
    if (!user) return undefined;
    await (user.isBack ? this.wake(tx, session.userId) : this.markActive(tx, session.userId));
    await tx.$executeRaw`
      INSERT INTO sessions (id, user_id, created_at, refreshed_at, expires_at, ip, user_agent)
      SELECT ${session.id}::uuid, ${session.userId}::uuid, at, at,
             at + make_interval(secs => ${session.maxTtlSec}::float8), ${session.ip}, ${session.userAgent}
      FROM clock_timestamp() AS at`;
    const displaced = await this.returningIds(
      tx,
      Prisma.sql`
      UPDATE sessions SET ended_at = now() WHERE id IN (
        SELECT id FROM sessions WHERE user_id = ${session.userId}::uuid AND ${LIVE}
        ORDER BY (id = ${session.id}::uuid) DESC, created_at DESC, id DESC OFFSET ${atMost})
      RETURNING id`,
    );
    return { displaced, ...user };
  }

  async find(
    sessionIds: string[],
    on: Pick<Transaction, '$queryRaw'> = this.database,
  ): Promise<SessionRow[]> {
    return await on.$queryRaw<SessionRow[]>`
      SELECT ${COLUMNS} FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ANY(${sessionIds}::uuid[])`;
  }

  /** The live sessions of a user, newest first. */
  async ofUser(userId: string): Promise<SessionRow[]> {
    return await this.database.$queryRaw<SessionRow[]>`
      SELECT ${COLUMNS} FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.user_id = ${userId}::uuid AND s.ended_at IS NULL AND s.expires_at > now() ORDER BY s.id DESC`;
  }

  /**
   * Takes the session from generation `from` to the next, if it is live and still there; one of many wins.
   * @param idleSec refuses when the last refresh is longer ago; undefined where Redis knows the session is not idle
   */
  async rotate(id: string, from: number, client: Client, idleSec: number | undefined): Promise<boolean> {
    const rotated = await this.database.$executeRaw`
      UPDATE sessions SET generation = generation + 1, refreshed_at = now(), ip = ${client.ip},
        user_agent = ${client.userAgent}
      WHERE id = ${id}::uuid AND generation = ${from} AND ${LIVE}
        AND (${idleSec ?? null}::float8 IS NULL
          OR now() < refreshed_at + make_interval(secs => ${idleSec ?? null}::float8))`;
    return rotated === 1;
  }

  /** To the minute, so that many who come at once do not write one after the other. */
  async keepActive(userId: string): Promise<void> {
    await this.database.$executeRaw`
      UPDATE users SET last_active_at = now()
      WHERE id = ${userId}::uuid AND last_active_at < now() - interval '1 minute'`;
  }

  /** Ends one; returns whether it was live. */
  async end(tx: Transaction, userId: string, sessionId: string): Promise<boolean> {
    const ended = await tx.$executeRaw`
      UPDATE sessions SET ended_at = now()
      WHERE id = ${sessionId}::uuid AND user_id = ${userId}::uuid AND ${LIVE}`;
    return ended === 1;
  }

  /** Ends all of a user but `exceptId`; returns the ids of those that were live. */
  async endAll(tx: Transaction, userId: string, exceptId: string | undefined): Promise<string[]> {
    return await this.returningIds(
      tx,
      Prisma.sql`
      UPDATE sessions SET ended_at = now()
      WHERE user_id = ${userId}::uuid AND ${LIVE} AND id IS DISTINCT FROM ${exceptId ?? null}::uuid
      RETURNING id`,
    );
  }

  /** Ends all of these users. */
  async endAllOf(tx: Transaction, userIds: string[]): Promise<SessionId[]> {
    return await tx.$queryRaw<SessionId[]>`
      UPDATE sessions SET ended_at = now() WHERE user_id = ANY(${userIds}::uuid[]) AND ${LIVE}
      RETURNING user_id AS "userId", id AS "sessionId"`;
  }

  /** Those of these users that have ended and may be in Redis still, since they were refreshed in the last seconds. */
  async endedOf(userIds: string[], withinSec: number): Promise<SessionId[]> {
    return await this.database.$queryRaw<SessionId[]>`
      SELECT user_id AS "userId", id AS "sessionId" FROM sessions
      WHERE user_id = ANY(${userIds}::uuid[]) AND ended_at IS NOT NULL
        AND refreshed_at > now() - make_interval(secs => ${withinSec}::float8)`;
  }

  /** Those of a user that ended last, at most 50: whoever ends again what Redis missed must reach them too. */
  async endedLast(userId: string): Promise<string[]> {
    return await this.returningIds(
      this.database,
      Prisma.sql`
      SELECT id FROM sessions WHERE user_id = ${userId}::uuid AND ended_at IS NOT NULL
      ORDER BY ended_at DESC LIMIT 50`,
    );
  }

  private async markActive(tx: Transaction, userId: string): Promise<void> {
    await tx.$executeRaw`UPDATE users SET last_active_at = now() WHERE id = ${userId}::uuid`;
  }

  /** `seq` rises, so that nothing older undoes it; the time tells a Redis that was set back whose standing changed. */
  private async wake(tx: Transaction, userId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE users SET last_active_at = now(), dormant_since = NULL, seq = seq + 1, standing_at = now()
      WHERE id = ${userId}::uuid`;
  }

  private async returningIds(on: Pick<Transaction, '$queryRaw'>, statement: Prisma.Sql): Promise<string[]> {
    return (await on.$queryRaw<{ id: string }[]>(statement)).map((row) => row.id);
  }
}
