import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { newId } from '../common/id.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { ActivityRepository, type TopPage, type TopRow } from './activity.repository.js';
import { ActivitySaver } from './activity-saver.service.js';
import { savedKey, topKey } from './activity.scripts.js';
import {
  BUILD_MS,
  buildingKey,
  endBuildScript,
  finishHalfScript,
  PAIRS,
  TOP_KEPT_MS,
  writeHalfScript,
  type Build,
  type TopSet,
} from './top-set.scripts.js';

/** Users whose days PostgreSQL adds up within a second or so, on a slow machine. */
const PAGE = 10_000;
/** Somebody else may save meanwhile. */
const TRIES = 3;
/** Below every id. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Sets of top users in Redis: whole or not there, kept while they are read. */
@Injectable()
export class TopSets implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Analytics');
  private readonly requested = new Map<string, TopSet>();
  private building: Promise<void> | undefined;
  private stopping = false;

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly saver: ActivitySaver,
    private readonly rows: ActivityRepository,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  /** The first of a set, among equals by falling id; undefined when Redis does not have it. */
  async read({ deed, periodKey }: TopSet, limit: number): Promise<TopRow[] | undefined> {
    const key = topKey(deed, periodKey);
    const [kept, found] =
      (await this.redis
        .multi()
        .pexpire(key, TOP_KEPT_MS)
        .zrange(key, '+inf', '(0', 'BYSCORE', 'REV', 'LIMIT', 0, limit, 'WITHSCORES')
        .exec()) ?? [];
    for (const reply of [kept, found]) if (reply?.[0]) throw reply[0];
    return kept?.[1] === 1 ? rowsOf(found?.[1] as string[]) : undefined;
  }

  /** Takes users off whose account is gone. */
  async remove({ deed, periodKey }: TopSet, userIds: string[]): Promise<void> {
    await this.redis.zrem(topKey(deed, periodKey), ...userIds);
  }

  /** Has it built, in the background. */
  request(set: TopSet): void {
    if (this.stopping) return;
    this.requested.set(topKey(set.deed, set.periodKey), set);
    this.building ??= this.buildRequested().finally(() => (this.building = undefined));
  }

  /** Whether any is built now, by any process: who does so has had everything saved, and would have to begin again by a save. */
  async areBuilt(): Promise<boolean> {
    return (await this.redis.exists(buildingKey)) === 1;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.building;
  }

  /** @returns whether it is whole now */
  async build(set: TopSet): Promise<boolean> {
    for (let left = TRIES; left > 0 && !this.stopping; left -= 1) {
      const token = newId();
      const locked = await this.redis.set(buildingKey, token, 'PX', BUILD_MS, 'NX');
      if (locked === null) return false;
      try {
        if (await this.tryBuild({ set, token })) return true;
      } finally {
        await this.scripts.run(endBuildScript, token);
      }
    }
    return false;
  }

  /** One after the other: each has PostgreSQL add up for long. */
  private async buildRequested(): Promise<void> {
    for (const [name, set] of this.requested) {
      await this.build(set).catch((error: unknown) => {
        this.logger.warn(`${name} is built when it is read again: ${String(error)}`);
      });
      this.requested.delete(name);
    }
  }

  private async tryBuild(build: Build): Promise<boolean> {
    await this.saver.saveCounters();
    const savedId = (await this.redis.get(savedKey)) ?? '';
    const { deed, span } = build.set;
    let afterId: string | undefined = FIRST;
    while (afterId !== undefined) {
      const { rows, lastId }: TopPage = await this.rows.page(deed, span, afterId, PAGE);
      if (this.stopping || !(await this.write(build, rows))) return false;
      afterId = lastId;
    }
    return await this.scripts.run(finishHalfScript, { ...build, savedId });
  }

  /** @returns whether the lock is still held: also of none, which keeps it. */
  private async write({ token }: Build, rows: TopRow[]): Promise<boolean> {
    let at = 0;
    do {
      if (!(await this.scripts.run(writeHalfScript, { token, page: rows.slice(at, at + PAIRS) })))
        return false;
      at += PAIRS;
    } while (at < rows.length);
    return true;
  }
}

const rowsOf = (flat: string[]): TopRow[] =>
  flat.flatMap((userId, at) => (at % 2 === 0 ? [{ userId, value: Number(flat[at + 1]) }] : []));
