import { Injectable } from '@nestjs/common';
import { Cache } from '../cache/cache.service.js';
import { Database } from '../database/database.service.js';
import { cachedResults } from './quiz-cache.service.js';

/** The cached results of quizzes, by who stands in them. */
@Injectable()
export class ResultCaches {
  constructor(
    private readonly database: Database,
    private readonly cache: Cache,
  ) {}

  /**
   * After the commit that took a user out of all results: nobody is served those of before, nor does a load that began
   * before it leave any behind.
   */
  async forget(userId: string): Promise<void> {
    const where = { userId, best: { gt: 0 } };
    const standings = await this.database.quizStanding.findMany({ where, select: { quizId: true } });
    await this.cache.update(
      standings.map(({ quizId }) => cachedResults(quizId)),
      async () => await Promise.resolve(),
    );
  }
}
