import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../common/errors.js';
import { newId } from '../common/id.js';
import { isOutage } from '../common/problem.js';
import { call, ScriptRunner } from '../redis/script-runner.js';
import { countReads } from './cache.metrics.js';
import {
  beginUpdateScript,
  endUpdateScript,
  lookScript,
  releaseScript,
  storeScript,
  type Found,
} from './cache.scripts.js';
import { jittered } from './jitter.js';
import { SharedLoads } from './shared-loads.js';

/** A lease outlives the longest load, a statement of 5 s being cut before; a holder that died is replaced after it. */
const LEASE_MS = 6_000;
/** 1 s; counted in looks, so that a process too busy to look does not give up and load on top. */
const LOOKS = 50;
const POLL_MS = 20;
/**
 * How long loads stay unkept after an updater fell silent, or gave its commit up for lost: PostgreSQL may still be at
 * work on what was sent, for the 5 s that a statement has.
 */
const BLOCK_MS = 8_000;
const RENEW_MS = 1_000;
/** Characters of JSON. What is larger would crowd out what Redis must hold, and take it long to send. */
const LARGEST = 256 * 1024;

/** A value with where it came from. */
export interface Cached<T> {
  value: T;
  hit: boolean;
  /** Whether others find it in the cache. */
  kept: boolean;
  /** Seconds since it was stored, on Redis's clock; 0 for what was just loaded. */
  ageSec: number;
}

/** What to load, and for how long to keep it. */
interface Wanted<T> {
  name: string;
  ttlSec: number;
  load: () => Promise<T>;
  /** Whether a value that was loaded is for others, too. */
  isShared: (value: T) => boolean;
}

/**
 * Cache-aside over Redis that never serves what an update replaced.
 *
 * - A read is one script: the value, or the lease to load it, or whose lease it is. Only the holder of the lease loads,
 *   and the value is stored only while the lease is still the holder's. The others wait for it, 1 s at most.
 * - An update removes value and lease and keeps loads from being stored *before* it commits, and removes both again
 *   after. So neither a reader that was slow to store nor an updater that died after its commit brings the old back.
 *   A commit whose outcome nobody knows may come yet: its block is left to run out.
 * - Within a process, readers share a load only if they found its lease in force: no update ended since it began.
 * - While Redis is away, reads load from PostgreSQL and updates are refused.
 */
@Injectable()
export class Cache {
  private readonly logger = new Logger(Cache.name);
  private readonly flights = new Map<string, Promise<Cached<unknown>>>();
  private readonly direct = new SharedLoads();

  constructor(private readonly scripts: ScriptRunner) {}

  /**
   * @param name such as `results:{quizId}`; without braces. Its first part is a label of the metrics: one of a few
   * @param ttlSec for how long to keep it at most; a lifetime up to a tenth shorter is drawn
   * @param load reads the value, which must survive JSON; what it throws reaches the caller and is not
   *   kept, nor is what has over 256 K characters as JSON
   * @param isShared false for a value that is not to be kept
   */
  async getOrLoad<T>(
    name: string,
    ttlSec: number,
    load: () => Promise<T>,
    isShared: (value: T) => boolean = () => true,
  ): Promise<Cached<T>> {
    const wanted = { name, ttlSec, load, isShared };
    const token = newId();
    const found = await this.look(name, token);
    count(name, found);
    if (!found) return await this.loadDirectly(wanted);
    if (found.state === 'hit') return hitOf<T>(found);
    if (found.state === 'load') return await this.fly(token, this.fill(wanted, token, found.keep));
    const flight = this.flights.get(found.holder) ?? this.fly(found.holder, this.wait(wanted));
    return (await flight) as Cached<T>;
  }

  /** Loads without the cache, one load at a time in this process however many ask. */
  async loadPast<T>(name: string, load: () => Promise<T>): Promise<Cached<T>> {
    countReads(labelOf(name), 'bypass');
    return await this.loadDirectly({ name, load });
  }

  /**
   * Runs what changes cached values: after it, nobody is served those of before.
   * @param names one, or all that the change shows in
   * @param commit the change, in a transaction of PostgreSQL: a lone statement is given up for lost after 900 ms, and
   *   may be done long after
   * @throws AppError unavailable, with nothing done, when Redis cannot be told beforehand; whatever `commit` throws
   */
  async update<T>(names: string | readonly string[], commit: () => Promise<T>): Promise<T> {
    const token = newId();
    const held = [names].flat().map((name) => ({ name, token }));
    await this.block(held);
    const renewal = setInterval(() => void this.block(held).catch(this.warn), RENEW_MS);
    let isOver = true;
    try {
      return await commit();
    } catch (error) {
      isOver = !isOutage(error);
      throw error;
    } finally {
      clearInterval(renewal);
      // When this fails, the block has yet to run out, and what is loaded after that is new.
      if (isOver) await this.scripts.runAll(held.map((one) => call(endUpdateScript, one))).catch(this.warn);
    }
  }

  private async block(held: { name: string; token: string }[]): Promise<void> {
    try {
      await this.scripts.runAll(held.map((one) => call(beginUpdateScript, { ...one, blockMs: BLOCK_MS })));
    } catch (error) {
      throw isOutage(error) ? new AppError('unavailable', { retryAfterSec: 1, cause: error }) : error;
    }
  }

  private async look(name: string, token: string): Promise<Found | undefined> {
    return await this.orAway(this.scripts.run(lookScript, { name, token, leaseMs: LEASE_MS }));
  }

  /** Lets all in this process who find the same lease share one load, or one wait for it. */
  private async fly<T>(lease: string, flight: Promise<Cached<T>>): Promise<Cached<T>> {
    this.flights.set(lease, flight);
    try {
      return await flight;
    } finally {
      if (this.flights.get(lease) === flight) this.flights.delete(lease);
    }
  }

  private async wait<T>(wanted: Wanted<T>): Promise<Cached<T>> {
    for (let look = 0; look < LOOKS; look += 1) {
      await sleep(POLL_MS);
      const token = newId();
      const found = await this.look(wanted.name, token);
      if (!found) break;
      if (found.state === 'hit') return hitOf<T>(found);
      if (found.state === 'load') return await this.fill(wanted, token, found.keep);
    }
    return await this.loadDirectly(wanted);
  }

  private async fill<T>(wanted: Wanted<T>, token: string, keep: boolean): Promise<Cached<T>> {
    const { name, ttlSec, load, isShared } = wanted;
    let stored: boolean | undefined = false;
    try {
      const json = JSON.stringify(await load());
      const value = JSON.parse(json) as T;
      if (keep && json.length <= LARGEST && isShared(value)) {
        const ttlMs = jittered(ttlSec * 1_000);
        stored = await this.orAway(this.scripts.run(storeScript, { name, token, ttlMs, json }));
      }
      return { value, hit: false, kept: stored === true, ageSec: 0 };
    } finally {
      // A load that failed or may not be kept: the next reader need not wait for the lease to run out.
      if (stored === false) await this.orAway(this.scripts.run(releaseScript, { name, token }));
    }
  }

  private async loadDirectly<T>({ name, load }: Pick<Wanted<T>, 'name' | 'load'>): Promise<Cached<T>> {
    const value = JSON.parse(JSON.stringify(await this.direct.run(name, load))) as T;
    return { value, hit: false, kept: false, ageSec: 0 };
  }

  /** What Redis answers; undefined when it is away. */
  private async orAway<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (!isOutage(error)) throw error;
      this.warn(error);
      return undefined;
    }
  }

  private readonly warn = (error: unknown) =>
    this.logger.warn(`Redis did not follow: ${error instanceof Error ? error.message : String(error)}`);
}

const hitOf = <T>({ json, ageSec }: { json: string; ageSec: number }): Cached<T> => ({
  value: JSON.parse(json) as T,
  hit: true,
  kept: true,
  ageSec,
});

const labelOf = (name: string): string => name.split(':', 1)[0] ?? name;

function count(name: string, found: Found | undefined): void {
  const isPast = !found || (found.state === 'load' && !found.keep);
  const outcome = isPast ? 'bypass' : found.state === 'load' ? 'miss' : found.state;
  countReads(labelOf(name), outcome);
}
