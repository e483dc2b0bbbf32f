import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { CONFIG, ConfigModule } from '../../src/config/config.module.js';
import { QueueModule } from '../../src/queue/queue.module.js';
import { QueueWorkers } from '../../src/queue/queue-workers.js';
import { Queues } from '../../src/queue/queues.service.js';
import { RedisModule } from '../../src/redis/redis.module.js';
import { REDIS } from '../../src/redis/redis.tokens.js';
import { jobs, queueOn, Recorder } from '../support/queue.js';
import { startTestRedis, whenReady, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

describe('a process that is told to end', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(async () => await redis.stop());

  it('finishes its batch and gives up its lease while it still has its connections', async () => {
    const app = await Test.createTestingModule({ imports: [ConfigModule, RedisModule, QueueModule] })
      .overrideProvider(CONFIG)
      .useValue(redis.config)
      .compile();
    await app.init();
    await whenReady(app.get(REDIS));
    let finish = () => {};
    const recorder = new Recorder('q', async () => await new Promise<void>((resolve) => (finish = resolve)));
    app.get(QueueWorkers).start(recorder);
    await app.get(Queues).enqueue('q', jobs(25));
    await waitUntil('at work', () => recorder.done.length > 0);

    const closed = app.close();
    finish();
    await closed;

    const done = recorder.done.length;
    expect(await queueOn(redis).stats('q')).toEqual({
      waiting: 25 - done,
      active: 0,
      delayed: 0,
      failed: 0,
    });
    expect(await redis.redis.keys('*{queue:q}:workers')).toEqual([]);
  });
});
