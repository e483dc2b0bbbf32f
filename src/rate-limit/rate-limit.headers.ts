import type { Response } from 'express';
import { mostTelling, requireAllowed, seconds } from './refusal.js';
import type { WindowStatus } from './window.js';

const COUNTED = Symbol('counted');

/** Whether the limits of a request were told, or could not be counted and need not be. */
export const isCounted = ({ locals }: Response<unknown, Record<symbol, unknown>>): boolean =>
  locals[COUNTED] === true;

/**
 * Sends `RateLimit-Policy` and `RateLimit` of the window that matters most (IETF draft-ietf-httpapi-ratelimit-headers).
 * @throws AppError rate_limited when a window refused
 */
export function tellLimits(response: Response, statuses: WindowStatus[]): void {
  Object.assign(response.locals, { [COUNTED]: true });
  const status = mostTelling(statuses);
  if (!status) return;
  const { window, remaining, resetMs } = status;
  response.setHeader('RateLimit-Policy', `"${window.name}";q=${window.limit};w=${seconds(window.windowMs)}`);
  response.setHeader('RateLimit', `"${window.name}";r=${remaining};t=${seconds(resetMs)}`);
  requireAllowed(statuses);
}
