import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiter } from '../../src/rate-limit/rate-limiter.service.js';
import type { Algorithm } from '../../src/rate-limit/rule.js';
import { userSubject } from '../../src/rate-limit/subject.js';
import type { LimitWindow } from '../../src/rate-limit/window.js';
import { age, ALGORITHMS, limiterOn, modelOf, ruleOf } from '../support/limits.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

// Steps of time are so much longer than a run takes that what really passes meanwhile changes no answer.
const STEP_SEC = 100;
const RUNS = 30;
const TWO_HOURS_MS = 2 * 3600 * 1000;

/** How many come at once, after how many steps; all new, or one of a few that come again and again. */
const visits = fc.array(
  fc.record({
    steps: fc.integer({ min: 0, max: 12 }),
    times: fc.integer({ min: 1, max: 6 }),
    known: fc.option(fc.integer({ min: 0, max: 2 })),
  }),
  { minLength: 1, maxLength: 12 },
);
const limits = fc.record({
  limit: fc.integer({ min: 1, max: 8 }),
  windowSteps: fc.integer({ min: 1, max: 8 }),
});

describe('limits and their models', () => {
  let store: TestRedis;
  let limiter: RateLimiter;
  let users = 0;

  beforeAll(async () => {
    store = await startTestRedis();
    limiter = limiterOn(store);
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await store.stop();
  });

  const windowOf = (algorithm: Algorithm, limit: number, windowSec: number): LimitWindow => {
    const [window] = limiter.windows.of(userSubject(`u${(users += 1)}`), [
      ruleOf(algorithm, limit, windowSec),
    ]);
    if (!window) throw new Error('no window');
    return window;
  };
  const spend = async (window: LimitWindow, member: string = crypto.randomUUID()) => {
    const [status] = await limiter.spend([{ ...window, member }]);
    return { allowed: status?.allowed, remaining: status?.remaining };
  };

  it.each(ALGORITHMS)(
    '%s does as its model, whatever comes when, by whatever clock Node has',
    async (algorithm) => {
      jest
        .spyOn(Date, 'now')
        .mockImplementation(() => performance.timeOrigin + performance.now() + TWO_HOURS_MS);
      await fc.assert(
        fc.asyncProperty(limits, visits, async ({ limit, windowSteps }, sequence) => {
          const window = windowOf(algorithm, limit, windowSteps * STEP_SEC);
          const model = modelOf(algorithm, limit, windowSteps * STEP_SEC);
          let nowMs = 0;
          for (const { steps, times, known } of sequence) {
            nowMs += steps * STEP_SEC * 1_000;
            await age(store.redis, window.key, steps * STEP_SEC * 1_000);
            for (let i = 0; i < times; i += 1) {
              const member = known === null ? crypto.randomUUID() : `known ${known}`;
              expect(await spend(window, member)).toEqual(model.spend(nowMs, member));
            }
            expect(await store.redis.pttl(window.key)).toBeGreaterThan(0);
            if (algorithm === 'sliding')
              expect(await store.redis.zcard(window.key)).toBeLessThanOrEqual(limit);
          }
        }),
        { numRuns: RUNS },
      );
    },
  );

  it.each(ALGORITHMS)('%s admits as many of those who come at once as its model', async (algorithm) => {
    await fc.assert(
      fc.asyncProperty(limits, fc.integer({ min: 1, max: 40 }), async ({ limit, windowSteps }, callers) => {
        const window = windowOf(algorithm, limit, windowSteps * STEP_SEC);
        const model = modelOf(algorithm, limit, windowSteps * STEP_SEC);
        const answers = await Promise.all(Array.from({ length: callers }, async () => await spend(window)));
        expect(answers).toEqual(Array.from({ length: callers }, (_, i) => model.spend(0, String(i))));
      }),
      { numRuns: RUNS },
    );
  });

  it('fixed answers as rate-limiter-flexible does', async () => {
    await fc.assert(
      fc.asyncProperty(limits, visits, async ({ limit, windowSteps }, sequence) => {
        const window = windowOf('fixed', limit, windowSteps * STEP_SEC);
        const options = { storeClient: store.redis, points: limit, duration: windowSteps * STEP_SEC };
        const oracle = new RateLimiterRedis({ ...options, keyPrefix: 'oracle' });
        const id = window.key.replaceAll(/[{}:]/g, '_');
        for (const { steps, times } of sequence) {
          for (const key of [window.key, `oracle:${id}`])
            await age(store.redis, key, steps * STEP_SEC * 1_000);
          for (let i = 0; i < times; i += 1) expect(await spend(window)).toEqual(await consume(oracle, id));
        }
      }),
      { numRuns: RUNS },
    );
  });
});

async function consume(oracle: RateLimiterRedis, id: string) {
  try {
    return { allowed: true, remaining: (await oracle.consume(id)).remainingPoints };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return { allowed: false, remaining: refusal.remainingPoints };
  }
}
