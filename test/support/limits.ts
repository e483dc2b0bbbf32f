import type { Redis } from 'ioredis';
import { Secrets } from '../../src/config/secrets.js';
import type { Limits } from '../../src/config/limits.js';
import { LimitWindows } from '../../src/rate-limit/limit-windows.service.js';
import { RateLimiter } from '../../src/rate-limit/rate-limiter.service.js';
import type { Algorithm, RateLimitRule } from '../../src/rate-limit/rule.js';
import type { TestRedis } from './redis.js';

export const ALGORITHMS: readonly Algorithm[] = ['fixed', 'sliding', 'gcra'];

/** Limits as one process has them. @param given what differs from the defaults */
export function limiterOn(
  { config, scripts }: Pick<TestRedis, 'config' | 'scripts'>,
  given: Partial<Limits> = {},
): RateLimiter {
  const limits = { ...config.limits, ...given };
  return new RateLimiter(new LimitWindows({ ...config, limits }, new Secrets(config.secrets)), scripts);
}

/** A rule of a user that no route has. */
export const ruleOf = (algorithm: Algorithm, limit: number, windowSec: number): RateLimitRule => ({
  ...{ name: `TRIED_${algorithm}`, by: 'user', algorithm, limit, windowSec },
});

/**
 * Makes what limits hold older, as if so many ms had passed: Redis's own clock cannot be moved, so what it wrote down is
 * moved instead. It writes a key that would have gone by then out.
 */
export async function age(redis: Redis, key: string, ms: number): Promise<void> {
  const leftMs = await redis.pttl(key);
  if (leftMs === -2) return;
  if (key.includes(':gcra:'))
    await redis.set(key, String(Number(await redis.get(key)) - ms * 1_000), 'KEEPTTL');
  if (key.includes(':sliding:')) {
    for (const member of await redis.zrange(key, 0, '-1')) await redis.zincrby(key, -ms, member);
  }
  await redis.pexpire(key, leftMs - ms);
}

/** What an algorithm should do, in a few lines without Redis; time is in ms. */
export interface LimitModel {
  /**
   * @param member names the request; only a sliding window looks at it
   * @returns whether it is admitted, and how many more would be
   */
  spend(nowMs: number, member: string): { allowed: boolean; remaining: number };
}

/** Counts from the first request, for one window. */
class FixedModel implements LimitModel {
  private startedAt = -Infinity;
  private used = 0;

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
  ) {}

  spend(nowMs: number) {
    if (nowMs - this.startedAt >= this.windowMs) [this.startedAt, this.used] = [nowMs, 0];
    const allowed = this.used < this.limit;
    if (allowed) this.used += 1;
    return { allowed, remaining: this.limit - this.used };
  }
}

/** Remembers when each request was admitted last. */
class SlidingModel implements LimitModel {
  private readonly admittedAt = new Map<string, number>();

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
  ) {}

  spend(nowMs: number, member: string) {
    for (const [one, at] of this.admittedAt) if (nowMs - at >= this.windowMs) this.admittedAt.delete(one);
    const allowed = this.admittedAt.has(member) || this.admittedAt.size < this.limit;
    if (allowed) this.admittedAt.set(member, nowMs);
    return { allowed, remaining: this.limit - this.admittedAt.size };
  }
}

/** The other face of GCRA, a leaky bucket: each request pours one window in, and `limit` windows drain from it in one. */
class BucketModel implements LimitModel {
  private level = 0;
  private at = 0;

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
  ) {}

  spend(nowMs: number) {
    const drained = (nowMs - this.at) * this.limit;
    [this.level, this.at] = [Math.max(0, this.level - drained), nowMs];
    const free = () => Math.floor(this.limit - this.level / this.windowMs);
    const allowed = free() > 0;
    if (allowed) this.level += this.windowMs;
    return { allowed, remaining: free() };
  }
}

const MODELS = { fixed: FixedModel, sliding: SlidingModel, gcra: BucketModel };

export const modelOf = (algorithm: Algorithm, limit: number, windowSec: number): LimitModel =>
  new MODELS[algorithm](limit, windowSec * 1_000);
