import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Repeats } from '../../jobs/repeats.service.js';
import { RunLog } from '../../jobs/run-log.service.js';
import { Retention } from './retention.service.js';

const EVERY_MS = 60_000;

/** For the worker: sweeps once a minute, in one of all processes. */
@Injectable()
export class RetentionSchedule {
  constructor(
    private readonly retention: Retention,
    private readonly repeats: Repeats,
    private readonly runs: RunLog,
  ) {}

  @Interval(EVERY_MS)
  async sweep(): Promise<void> {
    await this.repeats.run('retention', EVERY_MS, async (stop) => {
      await this.runs.run('retention', async () => await this.retention.sweep(stop), stop);
    });
  }
}
