import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CacheGroups } from '../../src/cache/cache-groups.service.js';
import type { Cache } from '../../src/cache/cache.service.js';
import type { Database } from '../../src/database/database.service.js';
import { QuizCache } from '../../src/quiz/quiz-cache.service.js';
import { QuizRepository, type QuizFilter, type QuizRow } from '../../src/quiz/quiz.repository.js';
import { cachesOf, gate } from '../support/caches.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners, createQuiz } from '../support/learners.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

/** What was read is held up on its way. */
class SlowRepository extends QuizRepository {
  readonly door = gate();
  reads = 0;

  override async find(id: string): Promise<QuizRow | null> {
    return await this.slowly(super.find(id));
  }

  override async list(filter: QuizFilter, limit: number): Promise<QuizRow[]> {
    return await this.slowly(super.list(filter, limit));
  }

  private async slowly<T>(reading: Promise<T>): Promise<T> {
    const found = await reading;
    this.reads += 1;
    await this.door.passed;
    return found;
  }
}

const FIRST_PAGE = { limit: 20 };
let store: TestDatabase;
let redis: TestRedis;
let rows: QuizRepository;
let authorId: string;
let quizId: string;

beforeAll(async () => {
  [store, redis] = await Promise.all([startTestDatabase(), startTestRedis()]);
  rows = new QuizRepository(store.database);
  authorId = (await createLearners(store.database, 1))[0]?.userId ?? '';
});
afterAll(async () => await Promise.all([store.stop(), redis.stop()]));
beforeEach(async () => void (quizId = await createQuiz(store.database, authorId)));

const quizCacheOf = (cache: Cache, quizzes = rows) => new QuizCache(cache, new CacheGroups(cache), quizzes);
const listed = async (cache: QuizCache) => (await cache.list(FIRST_PAGE)).data.map(({ id }) => id);
const archive = async () => await rows.move(quizId, ['published'], 'archived');

describe('a reader that read before an archiving, and stores after it,', () => {
  const reads: [string, (cache: QuizCache) => Promise<unknown>][] = [
    ['the quiz', async (cache) => await cache.read(quizId)],
    ['the list', async (cache) => await cache.list(FIRST_PAGE)],
  ];

  it.each(reads)('brings nothing back: %s', async (_what, read) => {
    const [here, there] = (await cachesOf(redis, 2)) as [Cache, Cache];
    const slow = new SlowRepository(store.database);
    const reading = read(quizCacheOf(here, slow));
    await waitUntil('it has read', () => slow.reads === 1);
    await quizCacheOf(there).change(quizId, archive);
    slow.door.open();
    await reading;
    for (const cache of [here, there]) {
      expect((await quizCacheOf(cache).read(quizId)).quiz.status).toBe('archived');
      expect(await listed(quizCacheOf(cache))).not.toContain(quizId);
    }
  });
});

describe('while Redis is away', () => {
  it('quizzes and their list are read from PostgreSQL, and changes are refused', async () => {
    const gone = await startTestRedis({ impatient: true });
    const [cache] = (await cachesOf(gone, 1)) as [Cache];
    const quizzes = quizCacheOf(cache);
    await quizzes.read(quizId);
    expect(await listed(quizzes)).toContain(quizId);
    await gone.server.kill();
    await archive();
    expect((await quizzes.read(quizId)).quiz.status).toBe('archived');
    expect(await listed(quizzes)).not.toContain(quizId);
    await expect(quizzes.change(quizId, archive)).rejects.toMatchObject({ code: 'unavailable' });
    await gone.stop();
  });
});

describe('what was read is held while PostgreSQL is away:', () => {
  it('a quiz, and the first page', async () => {
    const [cache] = (await cachesOf(redis, 1)) as [Cache];
    await quizCacheOf(cache).read(quizId);
    await listed(quizCacheOf(cache));
    const away = quizCacheOf(cache, new QuizRepository({} as Database));
    expect((await away.read(quizId)).quiz.id).toBe(quizId);
    expect(await listed(away)).toContain(quizId);
  });
});
