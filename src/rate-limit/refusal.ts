import { AppError } from '../common/errors.js';
import type { WindowStatus } from './window.js';

/** Whole seconds, rounded up, as headers tell them. */
export const seconds = (ms: number) => Math.max(0, Math.ceil(ms / 1000));

/** The window to tell the client of: the refusal that lasts longest, else the last, which is the most specific. */
export function mostTelling(statuses: WindowStatus[]): WindowStatus | undefined {
  const refusals = statuses.filter((status) => !status.allowed).sort((a, b) => b.resetMs - a.resetMs);
  return refusals[0] ?? statuses.at(-1);
}

/** @throws AppError rate_limited when one of them refused */
export function requireAllowed(statuses: WindowStatus[]): void {
  const status = mostTelling(statuses);
  if (!status || status.allowed) return;
  const { limit, windowMs } = status.window;
  const retryAfterSec = Math.max(1, seconds(status.resetMs));
  throw new AppError('rate_limited', {
    detail: `At most ${limit} in ${seconds(windowMs)} s; try again in ${retryAfterSec} s`,
    retryAfterSec,
  });
}
