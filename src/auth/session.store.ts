import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Role } from '../common/caller.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import type { LimitWindow } from '../rate-limit/window.js';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';
import { call, ScriptRunner } from '../redis/script-runner.js';
import type { SessionRow } from './session.repository.js';
import {
  admit,
  endSession,
  restoreSession,
  setSessionRole,
  type Admitted,
  type Restored,
  type SessionId,
} from './session.scripts.js';

// A restore that began before the end must have finished while the tombstone stands.
const TOMBSTONE_MARGIN_MS = 60_000;

/** The hot side of sessions: a Hash each, and the channel that says one has ended. */
@Injectable()
export class SessionStore {
  private readonly idleMs: number;
  private readonly tombstoneMs: number;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(REDIS) private readonly redis: Redis,
    private readonly scripts: ScriptRunner,
  ) {
    this.idleMs = config.SESSION_IDLE_TTL_SEC * 1000;
    this.tombstoneMs = config.ACCESS_TOKEN_TTL_SEC * 1000 + TOMBSTONE_MARGIN_MS;
  }

  /** Checks and touches, and spends the windows: one script. */
  async admit(id: SessionId, windows: LimitWindow[]): Promise<Admitted> {
    return await this.scripts.run(admit, { ...id, idleMs: this.idleMs, windows });
  }

  /** Checks and touches many, in one round trip. */
  async touch(ids: SessionId[]): Promise<Admitted['state'][]> {
    const calls = ids.map((id) => call(admit, { ...id, idleMs: this.idleMs, windows: [] }));
    return (await this.scripts.runAll(calls)).map((admitted) => admitted.state);
  }

  /** Does nothing to a session that is there, ended or not. */
  async restore(row: SessionRow): Promise<Restored> {
    const { id: sessionId, userId, username, role, expiresAt } = row;
    const input = { sessionId, userId, username, role, expiresAt, idleMs: this.idleMs };
    return await this.scripts.run(restoreSession, input);
  }

  /** Leaves tombstones and tells every node; again and again without harm. */
  async end(ids: SessionId[]): Promise<void> {
    await this.scripts.runAll(ids.map((id) => call(endSession, { ...id, keepMs: this.tombstoneMs })));
    const pipeline = this.redis.pipeline();
    for (const { userId, sessionId } of ids)
      pipeline.publish(keys.auth.ended('all'), `${userId}:${sessionId}`);
    await pipeline.exec();
  }

  async setRole(ids: SessionId[], role: Role): Promise<void> {
    await this.scripts.runAll(ids.map((id) => call(setSessionRole, { ...id, role })));
  }

  /** When each was last seen; undefined where it is not live here. */
  async lastSeen(ids: SessionId[]): Promise<(Date | undefined)[]> {
    const pipeline = this.redis.pipeline();
    for (const { userId, sessionId } of ids)
      pipeline.hmget(keys.auth.session(userId, sessionId), 'state', 'lastSeenAt');
    const replies = (await pipeline.exec()) ?? [];
    return replies.map(([error, reply]) => {
      if (error) throw error;
      const [state, lastSeenAt] = reply as (string | null)[];
      return state === 'live' ? new Date(Number(lastSeenAt)) : undefined;
    });
  }
}
