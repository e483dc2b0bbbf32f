export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** So long before an account falls dormant its owner is warned. */
const WARNED_DAYS = 2;

/** After how many days a warning is due; undefined where there is no time for one. */
export const warnAfterDays = (inactiveAfterDays: number): number | undefined =>
  inactiveAfterDays > WARNED_DAYS ? inactiveAfterDays - WARNED_DAYS : undefined;
