import { Injectable } from '@nestjs/common';
import { spanOf, spanOn } from '../common/period.js';
import { validationFailed } from '../common/validation.js';
import { ActivityRepository, type TopRow } from './activity.repository.js';
import { ActivitySaver } from './activity-saver.service.js';
import type { TopUsersPage, TopUsersQuery } from './analytics.dto.js';
import { dayAfter, KEPT_DAYS } from './analytics.times.js';
import { RedisDay } from './redis-day.js';
import { TopSets } from './top-sets.service.js';
import type { TopSet } from './top-set.scripts.js';

/** Who did most of something in a period. */
@Injectable()
export class TopUsersService {
  constructor(
    private readonly sets: TopSets,
    private readonly rows: ActivityRepository,
    private readonly saver: ActivitySaver,
    private readonly day: RedisDay,
  ) {}

  /** @throws AppError validation_failed for a period that there is not, or is not kept */
  async top({ metric, period, periodKey, limit }: TopUsersQuery): Promise<TopUsersPage> {
    const set = setAsked(metric, period, periodKey, await this.day.read());
    const { rows, names } = await this.named(set, limit);
    const data = rows.map(({ userId, value }, index) => ({
      ...{ rank: index + 1, userId, username: names.get(userId) ?? '', value },
    }));
    return { metric, period, periodKey: set.periodKey, data };
  }

  /** Whoever deleted their account is taken off when met. */
  private async named(set: TopSet, limit: number): Promise<{ rows: TopRow[]; names: Map<string, string> }> {
    for (;;) {
      const rows = (await this.sets.read(set, limit)) ?? (await this.fromPostgres(set, limit));
      const names = await this.rows.names(rows.map(({ userId }) => userId));
      const gone = rows.flatMap(({ userId }) => (names.has(userId) ? [] : [userId]));
      if (gone.length === 0) return { rows, names };
      await this.sets.remove(set, gone);
    }
  }

  /** What PostgreSQL has when all is saved; the next who reads finds it in Redis, also where this takes PostgreSQL too long. */
  private async fromPostgres(set: TopSet, limit: number): Promise<TopRow[]> {
    if (!(await this.sets.areBuilt())) await this.saver.saveCounters();
    this.sets.request(set);
    return await this.rows.top(set.deed, set.span, limit);
  }
}

function setAsked(
  deed: TopSet['deed'],
  period: TopUsersQuery['period'],
  periodKey: string | undefined,
  today: string,
): TopSet {
  const refuse = (message: string) => validationFailed([{ path: 'periodKey', message }]);
  if (period === 'all') {
    if (periodKey !== undefined && periodKey !== 'all') throw refuse('goes with daily, weekly and monthly');
    return { deed, periodKey: 'all' };
  }
  const current = spanOn(period, today);
  const span = periodKey === undefined ? current : spanOf(period, periodKey);
  if (!span) throw refuse(`must name a period of this kind, as ${current.key} does`);
  if (span.from > today) throw refuse(`must not lie ahead: ${current.key} is the present one`);
  if (period !== 'monthly' && span.from < dayAfter(today, -KEPT_DAYS))
    throw refuse(`days are kept for ${KEPT_DAYS} days, then added up in months`);
  return { deed, periodKey: span.key, span };
}
