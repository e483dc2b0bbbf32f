import type { Response } from 'express';
import { mostTelling, requireAllowed, seconds } from './refusal.js';
import type { WindowStatus } from './window.js';

/**
 * Sends `RateLimit-Policy` and `RateLimit` of the window that matters most (IETF draft-ietf-httpapi-ratelimit-headers).
 * @throws AppError rate_limited when a window refused
 */
export function tellLimits(response: Response, statuses: WindowStatus[]): void {
  const status = mostTelling(statuses);
  if (!status) return;
  const { window, remaining, resetMs } = status;
  response.setHeader('RateLimit-Policy', `"${window.name}";q=${window.limit};w=${seconds(window.windowMs)}`);
  response.setHeader('RateLimit', `"${window.name}";r=${remaining};t=${seconds(resetMs)}`);
  requireAllowed(statuses);
}
