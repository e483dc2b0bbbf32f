import { SetMetadata } from '@nestjs/common';
import { limitRule, type RateLimitRule } from './rule.js';

export const RATE_LIMIT = Symbol('rate-limit');

/** Declares a route's limits, on top of USER or ANONYMOUS; the access guard spends them before the handler runs. */
export const RateLimit = (...rules: RateLimitRule[]) => SetMetadata(RATE_LIMIT, rules.map(limitRule));
