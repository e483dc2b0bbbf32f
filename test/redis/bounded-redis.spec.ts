import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestRedis, type TestRedis } from '../support/redis.js';

/** Keeps this process from reading anything. */
const stall = (ms: number) => {
  for (const until = performance.now() + ms; performance.now() < until;);
};

describe('a command', () => {
  let store: TestRedis;
  beforeAll(async () => void (store = await startTestRedis({ impatient: true })));
  afterAll(async () => await store.stop());

  it('does not fail because its own process is busy, also as one of many', async () => {
    for (let round = 0; round < 3; round += 1) {
      const answers = Promise.all(Array.from({ length: 500 }, async () => await store.redis.ping()));
      stall(1_000);
      expect(new Set(await answers)).toEqual(new Set(['PONG']));
    }
  });

  it('fails when Redis does not answer, alone or in a pipeline, and the next one is served again', async () => {
    await store.server.kill('SIGSTOP');
    const alone = store.redis.ping();
    const piped = store.redis.pipeline().ping().get('x').exec();
    await expect(alone).rejects.toThrow('Command timed out');
    expect((await piped)?.map(([error]) => error?.message)).toEqual([
      'Command timed out',
      'Command timed out',
    ]);
    await store.server.kill('SIGCONT');
    expect(await store.redis.ping()).toBe('PONG');
  });
});
