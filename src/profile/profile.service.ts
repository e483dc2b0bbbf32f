import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { countReads } from '../cache/cache.metrics.js';
import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import { idFromCursor, pageOf, type Page, type PageQuery } from '../common/page.js';
import { isOutage } from '../common/problem.js';
import type { Transaction } from '../database/database.service.js';
import { newEpoch } from '../events/epoch.js';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';
import { call, ScriptRunner } from '../redis/script-runner.js';
import type { ChangeProfile, OwnProfile, Profile } from './profile.dto.js';
import { ownView, publicView, recordFromHash, type ProfileRecord } from './profile.record.js';
import { ProfileRepository } from './profile.repository.js';
import { eraseProfile, loadProfile, recordScore, type ScoreEntry } from './profile.scripts.js';

/** Profiles: in a Redis Hash, loaded from PostgreSQL when it is not there. */
@Injectable()
export class ProfileService {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly scripts: ScriptRunner,
    private readonly profiles: ProfileRepository,
  ) {}

  /** @throws AppError not_found */
  async get(userId: string): Promise<Profile> {
    return publicView(await this.record(userId));
  }

  /** As its owner and administrators see it. @throws AppError not_found */
  async own(userId: string): Promise<OwnProfile> {
    return ownView(await this.record(userId));
  }

  /**
   * Usernames by id as others may see them on boards: null for who does not want to be seen there; ids of nobody are left
   * out. One round trip where Redis has all of them; the others are loaded.
   */
  async shownNames(userIds: string[]): Promise<Map<string, string | null>> {
    const wanted = [...new Set(userIds)];
    const names = await this.heldNames(wanted);
    const missing = wanted.filter((id) => !names.has(id));
    if (missing.length === 0) return names;
    const found = await this.profiles.find(missing);
    const loaded = await orWithoutRedis(found, async () => await this.loadAll(found));
    for (const { id, username, leaderboardVisible } of loaded)
      names.set(id, leaderboardVisible ? username : null);
    return names;
  }

  /** Changes a profile inside `tx`; hand the result to `show` once that is committed. @throws AppError not_found */
  async change(tx: Transaction, userId: string, changes: ChangeProfile): Promise<ProfileRecord> {
    const displayName = changes.displayName?.normalize('NFC');
    const record = await this.profiles.change(tx, userId, { ...changes, displayName });
    if (!record) throw new AppError('not_found');
    return record;
  }

  async show(record: ProfileRecord): Promise<OwnProfile> {
    return ownView(await this.scripts.run(loadProfile, record));
  }

  /** For administrators: users whose name, display name or address contains `q`, newest first. */
  async search(q: string, { limit, cursor }: PageQuery): Promise<Page<OwnProfile>> {
    const rows = await this.profiles.search(q, limit + 1, idFromCursor(cursor));
    return pageOf(rows, limit, ownView);
  }

  /** Loads these users from PostgreSQL into Redis, never over something later; returns whom it found. */
  async reload(userIds: string[]): Promise<Set<string>> {
    const records = await this.profiles.find(userIds);
    await this.load(records);
    return new Set(records.map((record) => record.id));
  }

  /** Drops these profiles from Redis, which may have lost what they last held; whoever reads them next loads them. */
  async forget(userIds: string[]): Promise<void> {
    const pipeline = this.redis.pipeline();
    for (const id of userIds) pipeline.del(keys.profile.profile(id));
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  }

  /** Erases a deleted account from Redis; what read it before and writes late writes nothing. */
  async erase(userId: string, seq: bigint): Promise<void> {
    await this.scripts.run(eraseProfile, { userId, seq });
  }

  /**
   * Adds scores to profiles and sends `submission.scored`, once per submission however often it is asked to; entries
   * of one user in the order of their seq. What Redis missed is loaded from PostgreSQL, which must have it already.
   */
  async recordScores(entries: ScoreEntry[]): Promise<void> {
    const left = await this.tryRecord(entries);
    if (left.length === 0) return;
    const found = await this.reload([...new Set(left.map((entry) => entry.userId))]);
    const behind = await this.tryRecord(left.filter((entry) => found.has(entry.userId)));
    if (behind.length > 0) throw new Error('A profile is behind the ledger entry that it should hold');
  }

  /** Returns the entries whose profile is not there, or lacks what came before them. */
  private async tryRecord(entries: ScoreEntry[]): Promise<ScoreEntry[]> {
    const replies = await this.scripts.runAll(
      entries.map((entry) => call(recordScore, { ...entry, eventId: newId(), epoch: newEpoch() })),
    );
    return entries.filter((_entry, i) => replies[i] === 'absent' || replies[i] === 'gap');
  }

  private async record(userId: string): Promise<ProfileRecord> {
    const held = await this.heldRecord(userId);
    if (held) return held;
    const [record] = await this.profiles.find([userId]);
    if (!record) throw new AppError('not_found');
    const [loaded = record] = await orWithoutRedis([record], async () => await this.loadAll([record]));
    return loaded;
  }

  // Looking again sees a change that was applied to a Hash and lost with it while this one was on its way: what comes
  // after finds the Hash and makes it reload.
  private async loadAll(records: ProfileRecord[]): Promise<ProfileRecord[]> {
    const held = await this.load(records);
    const seqs = new Map(records.map(({ id, seq }) => [id, seq]));
    const now = await this.profiles.find([...seqs.keys()]);
    const changed = await this.load(now.filter(({ id, seq }) => seq > (seqs.get(id) ?? seq)));
    const byId = new Map(changed.map((record) => [record.id, record]));
    return held.map((record) => byId.get(record.id) ?? record);
  }

  private async load(records: ProfileRecord[]): Promise<ProfileRecord[]> {
    return await this.scripts.runAll(records.map((record) => call(loadProfile, record)));
  }

  private async heldRecord(userId: string): Promise<ProfileRecord | undefined> {
    const name = keys.profile.profile(userId);
    const hash = await orWithoutRedis(undefined, async () => await this.redis.hgetall(name));
    const held = hash && recordFromHash(hash);
    countReads('profile', !hash ? 'bypass' : held ? 'hit' : 'miss');
    return held;
  }

  private async heldNames(userIds: string[]): Promise<Map<string, string | null>> {
    const pipeline = this.redis.pipeline();
    for (const id of userIds) pipeline.hmget(keys.profile.profile(id), 'username', 'leaderboardVisible');
    const replies = await orWithoutRedis([], async () => (await pipeline.exec()) ?? []);
    const names = new Map<string, string | null>();
    for (const [i, id] of userIds.entries()) {
      const [name, visible] = (replies[i]?.[1] ?? []) as (string | null)[];
      if (name && visible) names.set(id, visible === '1' ? name : null);
    }
    const answered = replies.filter(([error]) => !error).length;
    countReads('profile', 'hit', names.size);
    countReads('profile', 'miss', answered - names.size);
    countReads('profile', 'bypass', userIds.length - answered);
    return names;
  }
}

/** What PostgreSQL can answer is answered when Redis is away. */
async function orWithoutRedis<T>(fallback: T, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isOutage(error)) return fallback;
    throw error;
  }
}
