import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { AppError } from '../common/errors.js';
import { Database } from '../database/database.service.js';
import { BoardHealth } from '../leaderboard/board-health.js';
import { REDIS } from '../redis/redis.tokens.js';

const CHECK_MS = 900;

@Injectable()
export class HealthService {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly database: Database,
    private readonly boards: BoardHealth,
  ) {}

  /** @throws AppError unavailable naming what is not ready */
  async check(): Promise<void> {
    const results = await Promise.all([
      probe('Redis', this.redis.ping()),
      probe('PostgreSQL', this.database.$queryRaw`SELECT 1`),
      probe('the leaderboard', this.boards.ready()),
    ]);
    const missing = results.filter((name) => name !== undefined);
    if (missing.length > 0) {
      throw new AppError('unavailable', { detail: `Not ready: ${missing.join(', ')}`, retryAfterSec: 1 });
    }
  }
}

/** The name of what failed, said no or did not answer in time; undefined when it is well. */
async function probe(name: string, work: Promise<unknown>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_MS);
  });
  try {
    return (await Promise.race([work, timeout])) === false ? name : undefined;
  } catch {
    return name;
  } finally {
    clearTimeout(timer);
  }
}
