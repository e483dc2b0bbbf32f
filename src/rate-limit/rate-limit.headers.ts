import type { Response } from 'express';
import { AppError } from '../common/errors.js';
import type { WindowStatus } from './window.js';

const seconds = (ms: number) => Math.max(0, Math.ceil(ms / 1000));

/** Sends `RateLimit-Policy` and `RateLimit` for one window (IETF draft-ietf-httpapi-ratelimit-headers). */
export function sendRateLimit(response: Response, { window, remaining, resetMs }: WindowStatus): void {
  const name = window.name.toLowerCase();
  response.setHeader('RateLimit-Policy', `"${name}";q=${window.count};w=${seconds(window.windowMs)}`);
  response.setHeader('RateLimit', `"${name}";r=${remaining};t=${seconds(resetMs)}`);
}

/** The window to tell the client of: the refusal that lasts longest, else the last, which is the most specific. */
export function mostTelling(statuses: WindowStatus[]): WindowStatus | undefined {
  const refusals = statuses.filter((status) => !status.allowed).sort((a, b) => b.resetMs - a.resetMs);
  return refusals[0] ?? statuses.at(-1);
}

/** @throws AppError rate_limited when the window refused */
export function requireAllowed({ allowed, window, resetMs }: WindowStatus): void {
  if (allowed) return;
  const retryAfterSec = Math.max(1, seconds(resetMs));
  throw new AppError('rate_limited', {
    detail: `At most ${window.count} in ${seconds(window.windowMs)} s; try again in ${retryAfterSec} s`,
    retryAfterSec,
  });
}
