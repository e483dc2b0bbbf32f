import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Activities, type Activity } from '../common/activity/activities.service.js';
import { newId } from '../common/id.js';
import { isOutage } from '../common/problem.js';
import { every, type Repeating } from '../events/repeat.js';
import { REDIS } from '../redis/redis.tokens.js';
import { ScriptRunner } from '../redis/script-runner.js';
import { ActivityBatch } from './activity-batch.js';
import { numberKey, recordScript } from './activity.scripts.js';
import { NUMBERS_KEPT_MS, RECORD_EVERY_MS } from './analytics.times.js';
import { RecentMembers } from './recent-members.js';
import { RedisDay } from './redis-day.js';
import { VisitorHash } from './visitor-hash.js';

/** What waits while Redis is away: 100,000 entries. */
const MOST_BATCHES = 100;
const CLOCK_EVERY_MS = 60_000;

/**
 * Gathers what people do in this API process, and records it once a second: no request waits for it. A batch whose reply
 * was lost is sent again under its number, and counts once, or not at all when Redis was emptied meanwhile. What a killed
 * process had gathered is lost: a second.
 */
@Injectable()
export class ActivityRecorder implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Analytics');
  private readonly id = newId();
  private readonly batches: ActivityBatch[] = [];
  private readonly recent = new RecentMembers();
  private readonly repeating: Repeating[] = [];
  private recording: Promise<void> | undefined;
  private lastNumber = 0;
  private isNumbering = false;
  private dropped = 0;

  constructor(
    private readonly activities: Activities,
    private readonly scripts: ScriptRunner,
    @Inject(REDIS) private readonly redis: Redis,
    private readonly day: RedisDay,
    private readonly hash: VisitorHash,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.activities.listen((activity, tracked) => {
      if (tracked) this.gather(activity);
    });
    await this.readClock();
    this.repeating.push(every(RECORD_EVERY_MS, async () => await this.record()));
    this.repeating.push(every(CLOCK_EVERY_MS, async () => await this.readClock()));
  }

  async onApplicationShutdown(): Promise<void> {
    for (const one of this.repeating) one.stop();
    await this.record();
  }

  /** Sends what is gathered. It may fail: then it is sent again with the next. */
  async record(): Promise<void> {
    this.recording ??= this.sendAll().finally(() => (this.recording = undefined));
    await this.recording;
  }

  private gather(activity: Activity): void {
    const day = this.day.now;
    // Before Redis was ever reached nobody can tell which day it is, or sign in.
    if (day === undefined) return;
    if (activity.kind === 'visited') this.add('visitors', day, this.hash.of(activity.stranger, day), day);
    else if (activity.kind === 'seen') {
      this.add('visitors', day, activity.sessionId, day);
      this.add('active', day, activity.userId, day);
    } else {
      const batch = this.openBatch(day);
      batch?.count(activity.userId, activity.deed);
      if (activity.quizId !== undefined && activity.deed === 'quizViews')
        batch?.add('viewers', activity.quizId, activity.userId);
    }
  }

  private add(kind: 'visitors' | 'active', subject: string, member: string, day: string): void {
    if (this.recent.has(kind, member, day)) return;
    this.openBatch(day)?.add(kind, subject, member);
  }

  /** Undefined, and the thing not counted, when Redis has been away for so long that there is no room. */
  private openBatch(day: string): ActivityBatch | undefined {
    const last = this.batches.at(-1);
    if (last && last.day === day && !last.isFull) return last;
    if (this.batches.length >= MOST_BATCHES) {
      this.dropped += 1;
      return undefined;
    }
    const batch = new ActivityBatch((this.lastNumber += 1), day, newId());
    this.batches.push(batch);
    return batch;
  }

  private async sendAll(): Promise<void> {
    for (let [batch] = this.batches; batch; [batch] = this.batches) {
      try {
        await this.beginNumbers();
        await this.send(batch);
      } catch (error) {
        if (isOutage(error)) return;
        // It would be refused again for ever.
        this.logger.error({ err: error }, 'a batch of activities is not counted');
      }
      this.batches.shift();
    }
    if (this.dropped > 0) this.logger.warn(`${this.dropped} activities found no room and are not counted`);
    this.dropped = 0;
  }

  /** Before the first batch, so that a number that is missing always tells of a Redis that was emptied. */
  private async beginNumbers(): Promise<void> {
    if (this.isNumbering) return;
    await this.redis.set(numberKey(this.id), 0, 'PX', NUMBERS_KEPT_MS);
    this.isNumbering = true;
  }

  private async send(batch: ActivityBatch): Promise<void> {
    const isRepeat = batch.closed;
    batch.closed = true;
    const recording = { recorderId: this.id, batch, isRepeat };
    const { redisMs, dropped } = await this.scripts.run(recordScript, recording);
    this.day.set(redisMs);
    this.dropped += dropped;
  }

  private async readClock(): Promise<void> {
    await this.day.read().catch((error: unknown) => {
      this.logger.debug(`the day was not read: ${String(error)}`);
    });
  }
}
