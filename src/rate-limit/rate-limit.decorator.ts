import { SetMetadata } from '@nestjs/common';
import type { LimitName } from '../config/limits.js';
import type { WindowKind } from './window.js';

/** A route's own limit, on top of USER or ANONYMOUS; count and seconds come from `LIMIT_<name>`. */
export interface RateLimitRule {
  name: LimitName;
  /** `user` on routes that need a session, `ip` on public ones. */
  by: 'user' | 'ip';
  /** `sliding` is exact and costs memory by request; `fixed` may admit twice the count around its edge. */
  window: WindowKind;
}

export const RATE_LIMIT = Symbol('rate-limit');

/** Declares a route's limit; the access guard spends it before the handler runs. */
export const RateLimit = (rule: RateLimitRule) => SetMetadata(RATE_LIMIT, rule);
