import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Retention } from './retention.service.js';

const EVERY_MS = 60_000;

/** For the worker: sweeps once a minute. */
@Injectable()
export class RetentionSchedule {
  private sweeping: Promise<void> | undefined;

  constructor(private readonly retention: Retention) {}

  @Interval(EVERY_MS)
  async sweep(): Promise<void> {
    this.sweeping ??= this.retention.sweep().finally(() => (this.sweeping = undefined));
    await this.sweeping;
  }
}
