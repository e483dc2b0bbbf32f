/** At most `count` in `windowSec` seconds. */
export interface Limit {
  count: number;
  windowSec: number;
}

const perMinute = (count: number): Limit => ({ count, windowSec: 60 });

const DEFAULTS = {
  ANONYMOUS: perMinute(300),
  USER: perMinute(600),
  SIGNUP: perMinute(60),
  LOGIN: perMinute(60),
  REFRESH: perMinute(60),
  OTP: perMinute(20),
  FORGOT: perMinute(20),
  SUBMISSION: perMinute(5),
  MESSAGE: perMinute(60),
  NOTIFICATION_MAIL: { count: 20, windowSec: 86_400 },
  SOCKET: { count: 20, windowSec: 4 },
};

export type LimitName = keyof typeof DEFAULTS;
export type Limits = Record<LimitName, Limit>;

/** The limits of the contract, section 1, before the environment overrides them. */
export const defaultLimits = (): Limits => ({ ...DEFAULTS });

export const isLimitName = (name: string): name is LimitName => Object.hasOwn(DEFAULTS, name);

/** Reads `<count>/<seconds>`; undefined when it is not that. */
export function parseLimit(text: string): Limit | undefined {
  const match = /^([1-9]\d{0,6})\/([1-9]\d{0,5})$/.exec(text.trim());
  return match ? { count: Number(match[1]), windowSec: Number(match[2]) } : undefined;
}
