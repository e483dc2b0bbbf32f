import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { SeenUser } from '../common/activity/last-active.service.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/environment.js';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { DAY_MS } from './lifecycle.times.js';
import { dropUnseen, noteSeen, putSeen, unseen } from './last-seen.scripts.js';

const SCAN = 500;

/**
 * When users were last seen: a Sorted Set by the clock of Redis, of those who were lately. It may be lost: PostgreSQL has
 * what was saved an hour ago at most, and at every sign-in and refresh.
 */
@Injectable()
export class LastSeenStore {
  private readonly keptMs: number;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(REDIS) private readonly redis: Redis,
    private readonly scripts: ScriptRunner,
  ) {
    this.keptMs = (config.INACTIVE_AFTER_DAYS + 1) * DAY_MS;
  }

  /** They are seen now. At most some hundred. */
  async note(userIds: string[]): Promise<void> {
    await this.scripts.run(noteSeen, { userIds, keptMs: this.keptMs });
  }

  /** They were seen then. At most some hundred. */
  async put(users: SeenUser[]): Promise<void> {
    await this.scripts.run(putSeen, { users, keptMs: this.keptMs });
  }

  /** Who was not seen for so long, the longest first. */
  async unseen(forMs: number, limit: number): Promise<string[]> {
    return await this.scripts.run(unseen, { forMs, limit });
  }

  /** Takes out who still was not. */
  async drop(userIds: string[], forMs: number): Promise<void> {
    await this.scripts.run(dropUnseen, { userIds, forMs });
  }

  /** Of these, those who were seen within this time. */
  async seenWithin(userIds: string[], ms: number): Promise<Set<string>> {
    if (userIds.length === 0) return new Set();
    const asked = this.redis.multi().time().zmscore(keys.lifecycle.lastSeen('all'), userIds);
    const replies = (await asked.exec()) ?? [];
    for (const [error] of replies) if (error) throw error;
    const [[seconds], scores] = replies.map(([, reply]) => reply) as [string[], (string | null)[]];
    const since = Number(seconds) * 1_000 - ms;
    return new Set(userIds.filter((_userId, at) => Number(scores[at] ?? 0) >= since));
  }

  /** All of them, some at a time: who is there all the while is among them. */
  async *all(): AsyncGenerator<SeenUser[]> {
    let cursor = '0';
    do {
      const [next, flat] = await this.redis.zscan(keys.lifecycle.lastSeen('all'), cursor, 'COUNT', SCAN);
      yield pairsOf(flat);
      cursor = next;
    } while (cursor !== '0');
  }
}

const pairsOf = (flat: string[]): SeenUser[] =>
  flat.flatMap((userId, at) => (at % 2 === 0 ? [{ userId, at: new Date(Number(flat[at + 1])) }] : []));
