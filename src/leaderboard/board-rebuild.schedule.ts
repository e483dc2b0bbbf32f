import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Redis } from 'ioredis';
import { REDIS } from '../redis/redis.tokens.js';
import { BoardRebuilder } from './board.rebuilder.js';

const EVERY_MS = 1_000;

/** Has boards checked at start, after every reconnect (Redis may be another one, or a restarted one), and each second. */
@Injectable()
export class BoardRebuildSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly rebuilder: BoardRebuilder,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  onApplicationBootstrap(): void {
    this.redis.on('ready', () => this.rebuilder.request());
    this.rebuilder.request();
  }

  @Interval(EVERY_MS)
  check(): void {
    if (this.redis.status === 'ready') this.rebuilder.request();
  }
}
