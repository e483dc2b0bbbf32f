import { Injectable } from '@nestjs/common';
import { validationFailed } from '../common/validation.js';
import type { ActiveUsers, DayQuery, RangeQuery, Visitors } from './analytics.dto.js';
import { dayAfter, daysBetween, LONGEST_RANGE_DAYS, SKETCHES_KEPT_DAYS } from './analytics.times.js';
import { RedisDay } from './redis-day.js';
import { STANDARD_ERROR_PERCENT, type SketchKind } from './sketch.js';
import { SketchRepository } from './sketch.repository.js';
import { SketchStore, type Sizes } from './sketch.store.js';

const DEFAULT_RANGE_DAYS = 30;
const WEEK_DAYS = 7;
const MONTH_DAYS = 30;

/** How many were there: users by day, week and month; visitors by day and over any range. */
@Injectable()
export class AudienceService {
  constructor(
    private readonly sketches: SketchStore,
    private readonly rows: SketchRepository,
    private readonly day: RedisDay,
  ) {}

  /** @throws AppError validation_failed for a day that is not kept, or has not begun */
  async activeUsers(query: DayQuery): Promise<ActiveUsers> {
    const today = await this.day.read();
    const date = query.date ?? today;
    if (date > today) throw refused('date', `must not lie ahead: today is ${today}`);
    requireKept('date', dayAfter(date, 1 - MONTH_DAYS), today);
    const sizeOf = async (days: number) =>
      (await this.sizes('active', daysBetween(dayAfter(date, 1 - days), date))).together;
    const [daily, weekly, monthly] = await Promise.all([sizeOf(1), sizeOf(WEEK_DAYS), sizeOf(MONTH_DAYS)]);
    return { date, daily, weekly, monthly };
  }

  /** @throws AppError validation_failed for a range that is none, too long, or not kept */
  async visitors(query: RangeQuery): Promise<Visitors> {
    const today = await this.day.read();
    const to = query.to ?? (query.from !== undefined && query.from > today ? query.from : today);
    const from = query.from ?? dayAfter(to, 1 - DEFAULT_RANGE_DAYS);
    if (from > to) throw refused('from', 'must not be after `to`');
    if (dayAfter(from, LONGEST_RANGE_DAYS) <= to)
      throw refused('to', `a range has at most ${LONGEST_RANGE_DAYS} days`);
    requireKept('from', from, today);
    const days = daysBetween(from, to);
    const { each, together } = await this.sizes('visitors', days);
    return {
      ...{ from, to, visitors: together, standardErrorPercent: STANDARD_ERROR_PERCENT },
      days: days.map((date, index) => ({ date, visitors: each[index] ?? 0 })),
    };
  }

  private async sizes(kind: SketchKind, days: string[]): Promise<Sizes> {
    return await this.sketches.sizes(await this.rows.find(days.map((subject) => ({ kind, subject }))));
  }
}

const refused = (path: string, message: string) => validationFailed([{ path, message }]);

function requireKept(path: string, day: string, today: string): void {
  if (day < dayAfter(today, -SKETCHES_KEPT_DAYS))
    throw refused(path, `it needs ${day}, and figures of days are kept for ${SKETCHES_KEPT_DAYS} days`);
}
