import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Lifecycle, LOOK_MS } from './lifecycle.service.js';

/** For the worker. */
@Injectable()
export class LifecycleSchedule {
  constructor(private readonly lifecycle: Lifecycle) {}

  @Interval(LOOK_MS)
  async look(): Promise<void> {
    await this.lifecycle.sweepDue();
  }
}
