import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Cache } from '../../src/cache/cache.service.js';
import { isOutage } from '../../src/common/problem.js';
import { Database } from '../../src/database/database.service.js';
import { QuizRepository } from '../../src/quiz/quiz.repository.js';
import { keys } from '../../src/redis/keys.js';
import { cachesOf } from '../support/caches.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners, createQuiz } from '../support/learners.js';
import { startTestRedis, testConfig, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

/** How long PostgreSQL works on a statement at most, and a little. */
const STATEMENT_MS = 6_000;

describe('an update whose commit may have happened or not', () => {
  let store: TestDatabase;
  let proxy: DatabaseProxy;
  let behindProxy: Database;
  let redis: TestRedis;
  let here: Cache;
  let there: Cache;
  let authorId: string;
  let quizId: string;

  beforeAll(async () => {
    [store, redis] = await Promise.all([startTestDatabase(), startTestRedis()]);
    Logger.overrideLogger(['fatal']);
    proxy = await DatabaseProxy.start(store.url);
    behindProxy = new Database(testConfig({ DATABASE_URL: proxy.url }));
    [here, there] = (await cachesOf(redis, 2)) as [Cache, Cache];
    authorId = (await createLearners(store.database, 1))[0]?.userId ?? '';
  });
  afterAll(async () => {
    await behindProxy.$disconnect();
    await proxy.stop();
    await Promise.all([store.stop(), redis.stop()]);
  });
  beforeEach(async () => void (quizId = await createQuiz(store.database, authorId)));

  const status = async () => (await store.database.quiz.findUnique({ where: { id: quizId } }))?.status;
  const read = async () => await there.getOrLoad(quizId, 60, status);
  const archive = async () => {
    const move = async () => await new QuizRepository(behindProxy).move(quizId, ['published'], 'archived');
    return await here.update(quizId, move).catch((error: unknown) => error);
  };

  it('because the reply to COMMIT is lost: who reads before it is done leaves the old value to nobody', async () => {
    await store.database.$executeRaw`
      CREATE FUNCTION take_your_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL;
      END $$`;
    await store.database.$executeRaw`
      CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON quizzes DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION take_your_time()`;
    expect((await read()).value).toBe('published');
    proxy.unanswered = 'COMMIT';
    await store.database.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(1)`;
      expect(isOutage(await archive())).toBe(true);
      expect(await redis.redis.pttl(keys.cache.updates(quizId))).toBeGreaterThan(STATEMENT_MS);
      expect(await read()).toMatchObject({ value: 'published', hit: false });
    });
    await waitUntil('it is committed', async () => (await status()) === 'archived');
    expect(await read()).toMatchObject({ value: 'archived', hit: false });
  });
});
