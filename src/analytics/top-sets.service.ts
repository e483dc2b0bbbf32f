import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { newId } from '../common/id.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { ActivityRepository, type TopRow } from './activity.repository.js';
import { ActivitySaver } from './activity-saver.service.js';
import { savedKey, topKey } from './activity.scripts.js';
import {
  BUILD_MS,
  buildingKey,
  finishHalfScript,
  TOP_KEPT_MS,
  writeHalfScript,
  type Build,
  type TopSet,
} from './top-set.scripts.js';

const PAGE = 1_000;
/** Somebody else may save meanwhile. */
const TRIES = 3;
/** Below every id. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Sets of top users in Redis: whole or not there, kept while they are read. */
@Injectable()
export class TopSets implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Analytics');
  private readonly builds = new Map<string, Promise<unknown>>();
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
    const name = topKey(set.deed, set.periodKey);
    if (this.stopping || this.builds.has(name)) return;
    const build = this.build(set)
      .catch((error: unknown) => this.logger.warn(`${name} is built when it is read again: ${String(error)}`))
      .finally(() => this.builds.delete(name));
    this.builds.set(name, build);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.builds.values());
  }

  /** @returns whether it is whole now */
  async build(set: TopSet): Promise<boolean> {
    for (let left = TRIES; left > 0 && !this.stopping; left -= 1) {
      const token = newId();
      const locked = await this.redis.set(buildingKey(set), token, 'PX', BUILD_MS, 'NX');
      if (locked === null) return false;
      if (await this.tryBuild({ set, token })) return true;
    }
    return false;
  }

  private async tryBuild(build: Build): Promise<boolean> {
    await this.saver.saveCounters();
    const savedId = (await this.redis.get(savedKey)) ?? '';
    const { deed, span } = build.set;
    let afterId: string | undefined = FIRST;
    while (afterId !== undefined && !this.stopping) {
      const page: TopRow[] = await this.rows.page(deed, span, afterId, PAGE);
      if (!(await this.scripts.run(writeHalfScript, { ...build, page }))) return false;
      afterId = page.length === PAGE ? page.at(-1)?.userId : undefined;
    }
    if (!this.stopping && (await this.scripts.run(finishHalfScript, { ...build, savedId }))) return true;
    await this.redis.del(buildingKey(build.set));
    return false;
  }
}

const rowsOf = (flat: string[]): TopRow[] =>
  flat.flatMap((userId, at) => (at % 2 === 0 ? [{ userId, value: Number(flat[at + 1]) }] : []));
