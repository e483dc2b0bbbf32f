const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How often an API process sends what it gathered. */
export const RECORD_EVERY_MS = 1_000;

/** How often each worker looks whether a save is due: one that is restarted all the time saves, too. */
export const LOOK_EVERY_MS = 5_000;

/** So that even one save that fails leaves nothing unsaved for five minutes. */
export const SAVE_EVERY_MS = 2 * MINUTE_MS;

/** For how long days are kept: in Redis, and of users also in PostgreSQL. */
export const KEPT_DAYS = 90;
export const KEPT_MS = KEPT_DAYS * DAY_MS;

/** For how long PostgreSQL keeps the HyperLogLogs of days: longer than any range that may be asked for. */
export const SKETCHES_KEPT_DAYS = 400;
export const LONGEST_RANGE_DAYS = 366;

/** No batch is sent again so late. */
export const NUMBERS_KEPT_MS = DAY_MS;

/** The day so many days later, or earlier. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

/** The days from the first to the last, both of them too. */
export const daysBetween = (from: string, to: string): string[] =>
  Array.from({ length: 1 + Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) }, (_, n) =>
    dayAfter(from, n),
  );
