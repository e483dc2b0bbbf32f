import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Retention } from '../common/retention/retention.service.js';
import { Repeats } from '../jobs/repeats.service.js';
import { ActivityRepository } from './activity.repository.js';
import { ActivitySaver } from './activity-saver.service.js';
import { LOOK_EVERY_MS, SAVE_EVERY_MS } from './analytics.times.js';
import { SketchRepository } from './sketch.repository.js';

/** For the worker: saves what Redis alone has, and lets go of days that have had their time. */
@Injectable()
export class AnalyticsSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly saver: ActivitySaver,
    private readonly repeats: Repeats,
    private readonly rows: ActivityRepository,
    private readonly sketches: SketchRepository,
    private readonly retention: Retention,
  ) {}

  onApplicationBootstrap(): void {
    this.retention.register({
      what: 'days of activity',
      sweep: async (limit) => await this.rows.rollUp(limit),
    });
    this.retention.register({
      what: 'ids of saves',
      sweep: async (limit) => await this.rows.forgetSaves(limit),
    });
    this.retention.register({
      what: 'visitors of days',
      sweep: async (limit) => await this.sketches.forget(limit),
    });
  }

  @Interval(LOOK_EVERY_MS)
  async save(): Promise<void> {
    await this.repeats.run('analytics', SAVE_EVERY_MS, async (stop) => await this.saver.save(stop));
  }
}
