import { Activities } from '../../src/common/activity/activities.service.js';
import { dayOf } from '../../src/common/period.js';
import { Secrets } from '../../src/config/secrets.js';
import { ActivityRecorder } from '../../src/analytics/activity-recorder.js';
import { ActivityRepository } from '../../src/analytics/activity.repository.js';
import { ActivitySaver } from '../../src/analytics/activity-saver.service.js';
import { ActivityStore } from '../../src/analytics/activity.store.js';
import { AudienceService } from '../../src/analytics/audience.service.js';
import { RedisDay } from '../../src/analytics/redis-day.js';
import { SketchRepository } from '../../src/analytics/sketch.repository.js';
import { SketchStore } from '../../src/analytics/sketch.store.js';
import { TopSets } from '../../src/analytics/top-sets.service.js';
import { TopUsersService } from '../../src/analytics/top-users.service.js';
import { UserActivityService } from '../../src/analytics/user-activity.service.js';
import { VisitorHash } from '../../src/analytics/visitor-hash.js';
import type { TestDatabase } from './database.js';
import type { TestRedis } from './redis.js';

/** The day as a test wants it. */
export class TestDay extends RedisDay {
  at = dayOf(new Date());

  override get now(): string {
    return this.at;
  }

  override read(): Promise<string> {
    return Promise.resolve(this.at);
  }
}

/** Analytics as an API process and a worker have them, recorded and saved when a test says so. */
export class AnalyticsBench {
  readonly activities = new Activities();
  readonly day: TestDay;
  readonly store: ActivityStore;
  readonly rows: ActivityRepository;
  readonly sketches: SketchStore;
  readonly sketchRows: SketchRepository;
  readonly saver: ActivitySaver;
  readonly sets: TopSets;
  readonly recorder: ActivityRecorder;
  readonly activity: UserActivityService;
  readonly audience: AudienceService;
  readonly topUsers: TopUsersService;

  private constructor({ redis, scripts, config }: TestRedis, { database }: TestDatabase) {
    this.day = new TestDay(redis);
    this.store = new ActivityStore(redis, scripts);
    this.rows = new ActivityRepository(database);
    this.sketches = new SketchStore(redis, scripts);
    this.sketchRows = new SketchRepository(database);
    this.saver = new ActivitySaver(this.store, this.rows, this.sketches, this.sketchRows);
    this.sets = new TopSets(scripts, this.saver, this.rows, redis);
    const hash = new VisitorHash(new Secrets(config.secrets));
    this.recorder = new ActivityRecorder(this.activities, scripts, redis, this.day, hash);
    this.activity = new UserActivityService(this.store, this.rows, this.day);
    this.audience = new AudienceService(this.sketches, this.sketchRows, this.day);
    this.topUsers = new TopUsersService(this.sets, this.rows, this.saver, this.day);
  }

  static async on(redis: TestRedis, database: TestDatabase): Promise<AnalyticsBench> {
    const bench = new AnalyticsBench(redis, database);
    await bench.recorder.onApplicationBootstrap();
    return bench;
  }

  did = (userId: string, deed: 'logins' | 'submissions' | 'messages' | 'quizViews', times = 1): void => {
    for (let left = times; left > 0; left -= 1) this.activities.tell({ kind: 'did', userId, deed });
  };

  /** So many messages, recorded. */
  async wrote(userId: string, times: number): Promise<void> {
    this.did(userId, 'messages', times);
    await this.recorder.record();
  }

  visited(userAgent: string, ip = '203.0.113.7', tracked = true): void {
    this.activities.tell({ kind: 'visited', stranger: { ip, userAgent } }, tracked);
  }

  seen(userId: string, sessionId: string): void {
    this.activities.tell({ kind: 'seen', userId, sessionId });
  }

  async messages(userId: string): Promise<number> {
    return (await this.activity.of(userId)).total.messages;
  }

  async visitors(from: string, to = from): Promise<number> {
    return (await this.audience.visitors({ from, to })).visitors;
  }

  async stop(): Promise<void> {
    await this.recorder.onApplicationShutdown();
    await this.sets.beforeApplicationShutdown();
  }
}
