import { Injectable } from '@nestjs/common';
import { AppError } from '../common/errors.js';
import { Secrets } from '../config/secrets.js';
import { makeRefreshToken, readRefreshToken, type RefreshClaims } from './refresh-token.js';
import { SessionRepository, type Client, type SessionRow } from './session.repository.js';
import { SessionService } from './session.service.js';
import { SessionStore } from './session.store.js';

const GRACE_SEC = 10;

const expired = () => new AppError('session_expired', { detail: 'The session has ended; sign in again' });
const invalid = () =>
  new AppError('invalid_token', { detail: 'The refresh token is not valid; sign in again' });

/**
 * Rotates refresh tokens. The token before the newest gives the same successor for 10 s more, for the second tab and
 * for whoever lost the answer; after that it, like any older one, is taken for stolen and ends the session
 * (RFC 9700, section 4.14.2).
 */
@Injectable()
export class RefreshService {
  private readonly keys: [Buffer, ...Buffer[]];

  constructor(
    secrets: Secrets,
    private readonly rows: SessionRepository,
    private readonly store: SessionStore,
    private readonly sessions: SessionService,
  ) {
    this.keys = secrets.plainKeys('refresh token');
  }

  tokenOf = ({ id, generation }: Pick<SessionRow, 'id' | 'generation'>): string =>
    makeRefreshToken(this.keys[0], { sessionId: id, generation });

  /** The session, one generation on. @throws AppError invalid_token, session_expired */
  async refresh(token: string, client: Client): Promise<SessionRow> {
    const claims = this.read(token);
    if (!claims) throw invalid();
    const before = await this.row(claims.sessionId);
    const idleSec = (await this.isHot(before)) ? undefined : this.sessions.refreshableSec;
    // Before it is refreshed: an account cannot fall dormant between the two, and its session end with it.
    if (before.live && before.generation === claims.generation) await this.rows.keepActive(before.userId);
    if (!(await this.rows.rotate(before.id, claims.generation, client, idleSec)))
      await this.requireGrace(claims, idleSec);
    return await this.sessions.bringBack(await this.row(before.id));
  }

  private read(token: string): RefreshClaims | undefined {
    return this.keys.map((key) => readRefreshToken(key, token)).find((claims) => claims !== undefined);
  }

  /** Why it was not rotated. */
  private async requireGrace(claims: RefreshClaims, idleSec: number | undefined): Promise<void> {
    const row = await this.row(claims.sessionId);
    if (!row.live) throw expired();
    if (idleSec !== undefined && row.sinceRefreshSec >= idleSec) throw expired();
    if (row.generation === claims.generation + 1 && row.sinceRefreshSec < GRACE_SEC) return;
    // Ahead of the row: PostgreSQL was set back, which is nobody's theft.
    if (claims.generation < row.generation) {
      const id = { userId: row.userId, sessionId: row.id };
      await this.sessions.end(id, { actorId: null, action: 'session.replayed' });
    }
    throw invalid();
  }

  private async isHot({ userId, id: sessionId }: SessionRow): Promise<boolean> {
    const [seen] = await this.store.lastSeen([{ userId, sessionId }]);
    return seen !== undefined;
  }

  private async row(sessionId: string): Promise<SessionRow> {
    const [row] = await this.rows.find([sessionId]);
    if (!row) throw expired();
    return row;
  }
}
