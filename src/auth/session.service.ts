import { Inject, Injectable } from '@nestjs/common';
import { AuditLog, type AuditAction } from '../audit/audit.service.js';
import { Activities } from '../common/activity/activities.service.js';
import type { Caller, Role } from '../common/caller.js';
import { AppError, unavailable } from '../common/errors.js';
import { newId } from '../common/id.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { Database, type Transaction } from '../database/database.service.js';
import type { LimitWindow, WindowStatus } from '../rate-limit/window.js';
import { Returns } from './returns.service.js';
import { SessionRepository, type Client, type SessionRow } from './session.repository.js';
import type { SessionId } from './session.scripts.js';
import { SessionStore } from './session.store.js';

const MAX_SESSIONS = 20;
const ENDED_AT_ONCE = 500;

/** Who ends a session, and how the audit log calls it. */
interface Ending {
  /** The owner when left out; null for nobody who is signed in. */
  actorId?: string | null;
  action?: Extract<AuditAction, 'session.ended' | 'session.replayed'>;
}

/** A session that a commit opens. */
interface OpenedSession {
  row: SessionRow;
  displaced: string[];
  /** What follows the commit for who comes back to a dormant account. */
  welcome: (() => Promise<void>) | undefined;
}

const expired = () => new AppError('session_expired', { detail: 'The session has ended; sign in again' });

/**
 * Sessions: PostgreSQL says which exist and which have ended, Redis which are in use. What Redis lost comes back from
 * PostgreSQL, unless it has ended there or was idle for too long.
 */
@Injectable()
export class SessionService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly sessions: SessionRepository,
    private readonly store: SessionStore,
    private readonly audit: AuditLog,
    private readonly activities: Activities,
    private readonly returns: Returns,
  ) {}

  /**
   * Begins a session; of more than 20, the oldest ends. Every way in comes through here, so here the banned are refused,
   * and whose account was dormant is back, with everything, before this answers.
   * @throws AppError forbidden for a banned or deleted account
   */
  async open(userId: string, client: Client): Promise<SessionRow> {
    return await this.begin(
      await this.database.$transaction(async (tx) => await this.openWithin(tx, userId, client)),
    );
  }

  /** Opens one in the commit that is the reason; `begin` must follow it. @throws AppError forbidden */
  async openWithin(tx: Transaction, userId: string, client: Client): Promise<OpenedSession> {
    const sessionId = newId();
    const session = { id: sessionId, userId, maxTtlSec: this.config.SESSION_MAX_TTL_SEC, ...client };
    const opened = await this.sessions.open(tx, session, MAX_SESSIONS);
    if (!opened) throw new AppError('forbidden', { detail: 'This account is closed' });
    await this.audit.record(
      { userId, actorId: userId, action: 'session.opened', details: { sessionId } },
      tx,
    );
    await this.recordEnds(tx, userId, opened.displaced, {});
    const welcome = opened.isBack ? await this.returns.welcome(tx, userId) : undefined;
    return { row: await this.existing(sessionId, tx), displaced: opened.displaced, welcome };
  }

  async begin({ row, displaced, welcome }: OpenedSession): Promise<SessionRow> {
    const { id: sessionId, userId } = row;
    this.activities.tell({ kind: 'did', userId, deed: 'logins' });
    this.activities.tell({ kind: 'seen', userId, sessionId });
    await welcome?.();
    if (displaced.length > 0) await this.store.end(displaced.map((id) => ({ userId, sessionId: id })));
    return await this.bringBack(row);
  }

  /**
   * Lets a request of the session in: touches it, and spends its limits, all or none (see the statuses).
   * @throws AppError session_expired; unavailable when Redis loses it as fast as it is brought back
   */
  async admit(id: SessionId, windows: LimitWindow[]): Promise<{ caller: Caller; statuses: WindowStatus[] }> {
    let admitted = await this.store.admit(id, windows);
    if (admitted.state === 'missing' && (await this.wasActive(id))) {
      admitted = await this.store.admit(id, windows);
      // Redis lost it again meanwhile: that ends no session.
      if (admitted.state === 'missing') throw unavailable('The session');
    }
    if (admitted.state !== 'live') throw expired();
    const { username, role, statuses } = admitted;
    return { caller: { ...id, username, role }, statuses };
  }

  /** Which of these sessions of open sockets live on; touches those. A node that held one knows that it was not idle. */
  async stillAlive(ids: SessionId[]): Promise<boolean[]> {
    const states = await this.store.touch(ids);
    const missing = ids.filter((_id, i) => states[i] === 'missing').map((id) => id.sessionId);
    const rows = missing.length > 0 ? await this.sessions.find(missing) : [];
    const restored = new Set<string>();
    for (const row of rows) if (await this.tryBringBack(row)) restored.add(row.id);
    return ids.map((id, i) => states[i] === 'live' || restored.has(id.sessionId));
  }

  /**
   * Puts the session into Redis if it is not there, and gives it its user's role, which a crash may have kept from it.
   * What changed in PostgreSQL meanwhile (an end, another role) is seen by looking again afterwards; what changes later
   * finds the Hash.
   * @throws AppError session_expired
   */
  async bringBack(row: SessionRow): Promise<SessionRow> {
    if (!row.live) throw expired();
    const outcome = await this.store.restore(row);
    if (outcome === 'ended') throw expired();
    if (outcome === 'live') return row;
    const now = await this.existing(row.id);
    const id = { userId: row.userId, sessionId: row.id };
    if (!now.live) {
      await this.store.end([id]);
      throw expired();
    }
    if (outcome === 'differs' || now.role !== row.role) await this.store.setRole([id], now.role);
    return now;
  }

  /** Ends one; true if it was there and live. PostgreSQL first: what ended there never comes back. */
  async end(id: SessionId, ending: Ending = {}): Promise<boolean> {
    const wasLive = await this.database.$transaction(async (tx) => {
      const ended = await this.sessions.end(tx, id.userId, id.sessionId);
      if (ended) await this.recordEnds(tx, id.userId, [id.sessionId], ending);
      return ended;
    });
    if (wasLive || (await this.isOwn(id))) await this.store.end([id]);
    return wasLive;
  }

  /** Ends all sessions of a user, but one if it is named; again and again without harm. */
  async endAll(userId: string, exceptId?: string): Promise<void> {
    await this.database.$transaction(async (tx) => await this.endAllWithin(tx, userId, { exceptId }));
    await this.tellEnded(userId);
  }

  /** Ends them in the commit that is the reason; `tellEnded` must follow it. */
  async endAllWithin(
    tx: Transaction,
    userId: string,
    { exceptId, ...ending }: Ending & { exceptId?: string } = {},
  ): Promise<void> {
    await this.recordEnds(tx, userId, await this.sessions.endAll(tx, userId, exceptId), ending);
  }

  /** Ends all sessions of these users in the commit that is the reason; `tellEndedOf` must follow it. */
  async endAllOf(tx: Transaction, userIds: string[]): Promise<void> {
    const ended = await this.sessions.endAllOf(tx, userIds);
    await this.audit.recordAll(
      ended.map(({ userId, sessionId }) => ({
        ...{ userId, actorId: null, action: 'session.ended' as const },
        details: { sessionId },
      })),
      tx,
    );
  }

  /** As `tellEnded`, of many: of those sessions that Redis may hold still. */
  async tellEndedOf(userIds: string[]): Promise<void> {
    const ended = await this.sessions.endedOf(userIds, this.refreshableSec);
    for (let at = 0; at < ended.length; at += ENDED_AT_ONCE)
      await this.store.end(ended.slice(at, at + ENDED_AT_ONCE));
  }

  /** Has Redis and every node end what has ended in PostgreSQL; may be repeated. */
  async tellEnded(userId: string): Promise<void> {
    const ended = await this.sessions.endedLast(userId);
    await this.store.end(ended.map((sessionId) => ({ userId, sessionId })));
  }

  async changeRole(userId: string, role: Role): Promise<void> {
    const rows = await this.sessions.ofUser(userId);
    await this.store.setRole(
      rows.map((row) => ({ userId, sessionId: row.id })),
      role,
    );
  }

  /** The sessions that could still be used, newest first, with when each was last seen. */
  async list(userId: string): Promise<{ row: SessionRow; lastSeenAt: Date }[]> {
    const rows = await this.sessions.ofUser(userId);
    const seen = await this.store.lastSeen(rows.map((row) => ({ userId, sessionId: row.id })));
    return rows.flatMap((row, i) => {
      const lastSeenAt = seen[i] ?? (this.mayRefresh(row) ? row.refreshedAt : undefined);
      return lastSeenAt ? [{ row, lastSeenAt }] : [];
    });
  }

  /** Whether a session that Redis does not know may still be refreshed: it was seen at most one idle time ago. */
  private mayRefresh = (row: SessionRow): boolean => row.sinceRefreshSec < this.refreshableSec;

  /** An access token lives on after the refresh that made it, and the idle time runs from its last use. */
  get refreshableSec(): number {
    return this.config.ACCESS_TOKEN_TTL_SEC + this.config.SESSION_IDLE_TTL_SEC;
  }

  /** Restores a session that Redis lost, but not one that went because it was idle. */
  private async wasActive(id: SessionId): Promise<boolean> {
    const [row] = await this.sessions.find([id.sessionId]);
    if (row?.userId !== id.userId) return false;
    return row.sinceRefreshSec < this.config.SESSION_IDLE_TTL_SEC && (await this.tryBringBack(row));
  }

  private async tryBringBack(row: SessionRow): Promise<boolean> {
    try {
      await this.bringBack(row);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'session_expired') return false;
      throw error;
    }
  }

  private async recordEnds(
    tx: Transaction,
    userId: string,
    sessionIds: string[],
    { actorId = userId, action = 'session.ended' }: Ending,
  ): Promise<void> {
    const events = sessionIds.map((sessionId) => ({ userId, actorId, action, details: { sessionId } }));
    await this.audit.recordAll(events, tx);
  }

  private async isOwn({ userId, sessionId }: SessionId): Promise<boolean> {
    const [row] = await this.sessions.find([sessionId]);
    return row?.userId === userId;
  }

  private async existing(sessionId: string, on?: Transaction): Promise<SessionRow> {
    const [row] = await this.sessions.find([sessionId], on);
    if (!row) throw expired();
    return row;
  }
}
