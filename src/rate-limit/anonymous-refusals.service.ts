import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { EarlyRefusals } from '../common/problem.filter.js';
import { isCounted, tellLimits } from './rate-limit.headers.js';
import { RateLimiter } from './rate-limiter.service.js';
import { ANONYMOUS_LIMIT } from './rule.js';

/** Counts by address: whoever was refused before the guard, nobody has asked who it is. */
@Injectable()
export class AnonymousRefusals extends EarlyRefusals {
  constructor(private readonly limiter: RateLimiter) {
    super();
  }

  async count({ ip }: Request, response: Response): Promise<void> {
    if (isCounted(response)) return;
    const windows = this.limiter.windows.for({ ip, body: undefined, params: {} }, [ANONYMOUS_LIMIT]);
    tellLimits(response, await this.limiter.spend(windows));
  }
}
