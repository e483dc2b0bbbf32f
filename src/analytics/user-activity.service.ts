import { Injectable } from '@nestjs/common';
import { AppError } from '../common/errors.js';
import { ActivityRepository, type ActivityRow } from './activity.repository.js';
import { ActivityStore } from './activity.store.js';
import type { UserActivity } from './analytics.dto.js';
import { dayAfter } from './analytics.times.js';
import { DEEDS, noCounters, type Counters } from './deeds.js';
import { RedisDay } from './redis-day.js';

/** How far back something may not be saved yet, when nobody could save for long. */
const UNSAVED_DAYS = 7;

/** What a user did: what PostgreSQL has, and what Redis has beyond that, each counted once. */
@Injectable()
export class UserActivityService {
  constructor(
    private readonly store: ActivityStore,
    private readonly rows: ActivityRepository,
    private readonly day: RedisDay,
  ) {}

  /** @throws AppError not_found */
  async of(userId: string): Promise<UserActivity> {
    const today = await this.day.read();
    const recent = Array.from({ length: UNSAVED_DAYS }, (_, back) => dayAfter(today, -back));
    // Redis first: what is saved between the two is seen to be by its id.
    const gatherings = await this.store.unsaved(userId, recent);
    const { exists, days, months, total, saved } = await this.rows.ofUser(
      userId,
      gatherings.map(({ id }) => id),
    );
    if (!exists) throw new AppError('not_found', { detail: 'There is no such user' });
    const unsaved = gatherings.filter(({ id }) => !saved.includes(id)).flatMap(({ counted }) => [...counted]);
    const all = [...days.map(({ from, ...counters }): [string, Counters] => [from, counters]), ...unsaved];
    return {
      userId,
      total: sum([total ?? noCounters(), ...unsaved.map(([, counters]) => counters)]),
      days: byDay(all).map(([date, counters]) => ({ date, ...counters })),
      months: months.map(monthOf),
    };
  }
}

const monthOf = ({ from, ...counters }: ActivityRow) => ({ month: from.slice(0, 7), ...counters });

/** Newest first. */
function byDay(all: [string, Counters][]): [string, Counters][] {
  const days = new Map<string, Counters>();
  for (const [day, counters] of all) days.set(day, sum([days.get(day) ?? noCounters(), counters]));
  return [...days].sort(([one], [other]) => (one < other ? 1 : -1));
}

function sum(all: Counters[]): Counters {
  const total = noCounters();
  for (const counters of all) for (const deed of DEEDS) total[deed] += counters[deed];
  return total;
}
