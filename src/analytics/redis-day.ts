import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { dayOf } from '../common/period.js';
import { REDIS } from '../redis/redis.tokens.js';

/** The UTC day by the clock of Redis, so that processes with wrong clocks agree which day it is. */
@Injectable()
export class RedisDay {
  /** What to add to this process's count of time. */
  private aheadMs: number | undefined;

  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  /** As of when Redis last answered; undefined as long as it never did. */
  get now(): string | undefined {
    return this.aheadMs === undefined ? undefined : dayOf(new Date(performance.now() + this.aheadMs));
  }

  /** Sets it by a time that Redis told just now. */
  set(redisMs: number): void {
    this.aheadMs = redisMs - performance.now();
  }

  /** Asks. */
  async read(): Promise<string> {
    const [seconds, micros] = await this.redis.time();
    const redisMs = Number(seconds) * 1_000 + Number(micros) / 1_000;
    this.set(redisMs);
    return dayOf(new Date(redisMs));
  }
}
