const DAY_MS = 24 * 3600 * 1000;

/** The periods that begin anew, with `all`, which never does. */
export const SPAN_PERIODS = ['daily', 'weekly', 'monthly'] as const;
export const PERIODS = ['all', ...SPAN_PERIODS] as const;
export type Period = (typeof PERIODS)[number];
export type SpanPeriod = (typeof SPAN_PERIODS)[number];

/** A day, an ISO week or a month, in UTC. Days are written `2026-11-24`. */
export interface Span {
  period: SpanPeriod;
  /** `2026-11-24`, `2026-W48` or `2026-11`. */
  key: string;
  /** Its first day. */
  from: string;
  /** The day after its last. */
  until: string;
}

/** The UTC day of a moment. */
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

/** The day, week or month that a day is in. */
export const spanOn = (period: SpanPeriod, day: string): Span => SPANS[period](new Date(day));

/** What `periodKey` names; undefined when it names none. */
export function spanOf(period: SpanPeriod, key: string): Span | undefined {
  const day = FIRST_DAYS[period](key);
  if (day === undefined || Number.isNaN(day.getTime())) return undefined;
  const span = spanOn(period, dayOf(day));
  return span.key === key ? span : undefined;
}

/** Whether a day or more has passed since it ended: whatever counts in it was accepted long ago. */
export const isPast = ({ until }: Span, now: Date): boolean => until < dayOf(later(now, -1));

const SPANS: Record<SpanPeriod, (day: Date) => Span> = {
  daily: (day) => ({ period: 'daily', key: dayOf(day), from: dayOf(day), until: dayOf(later(day, 1)) }),
  weekly: (day) => {
    const monday = mondayOf(day);
    return {
      ...{ period: 'weekly', key: weekKey(monday) },
      ...{ from: dayOf(monday), until: dayOf(later(monday, 7)) },
    };
  },
  monthly: (day) => {
    const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()];
    const from = dayOf(new Date(Date.UTC(year, month)));
    return {
      period: 'monthly',
      key: from.slice(0, 7),
      from,
      until: dayOf(new Date(Date.UTC(year, month + 1))),
    };
  },
};

const FIRST_DAYS: Record<SpanPeriod, (key: string) => Date | undefined> = {
  daily: (key) => (/^[1-9]\d{3}-\d\d-\d\d$/.test(key) ? new Date(key) : undefined),
  weekly: (key) => {
    const [, year, week] = /^([1-9]\d{3})-W(\d\d)$/.exec(key) ?? [];
    // The first week is that of January 4 (ISO 8601).
    return year === undefined
      ? undefined
      : later(mondayOf(new Date(`${year}-01-04`)), 7 * (Number(week) - 1));
  },
  monthly: (key) => (/^[1-9]\d{3}-\d\d$/.test(key) ? new Date(`${key}-01`) : undefined),
};

const later = (day: Date, days: number): Date => new Date(day.getTime() + days * DAY_MS);

const mondayOf = (day: Date): Date => later(day, -((day.getUTCDay() + 6) % 7));

// A week belongs to the year that its Thursday is in.
function weekKey(monday: Date): string {
  const thursday = later(monday, 3);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, '0')}`;
}
