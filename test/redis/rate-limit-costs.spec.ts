import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Algorithm } from '../../src/rate-limit/rule.js';
import { limitRule } from '../../src/rate-limit/rule.js';
import { accountSubject, addressSubject, userSubject } from '../../src/rate-limit/subject.js';
import { RedisConnections } from '../../src/redis/redis-connections.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';
import { ALGORITHMS, limiterOn, ruleOf } from '../support/limits.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { startTestRedis, whenReady, type TestRedis } from '../support/redis.js';

const REFUSALS = 10_000;
const AT_ONCE = 500;
const MAX_BYTES = 1_024;

describe('what limits cost', () => {
  let store: TestRedis;
  beforeAll(async () => void (store = await startTestRedis()));
  afterAll(async () => await store.stop());

  /** As long as an Idempotency-Key may be. */
  const longKey = (at: number) => String(at).padStart(255, 'k');

  it.each<[Algorithm, string, (at: number) => string]>(
    ALGORITHMS.flatMap((algorithm): [Algorithm, string, (at: number) => string][] => [
      [algorithm, 'ids', () => crypto.randomUUID()],
      [algorithm, 'long keys', longKey],
    ]),
  )(
    '%s by %s: at most 1 KB after 10,000 refusals, which change nothing, and it expires',
    async (algorithm, what, member) => {
      const limiter = limiterOn(store);
      const { count, windowSec } = store.config.limits.SUBMISSION;
      const spend = async (at: number) => {
        const rules = [ruleOf(algorithm, count, windowSec)];
        const [status] = await limiter.spend(limiter.windows.of(userSubject(what), rules, member(at)));
        return status;
      };
      const startedAt = performance.now();
      for (let i = 0; i < count; i += 1) expect((await spend(i))?.allowed).toBe(true);
      const [first] = limiter.windows.of(userSubject(what), [ruleOf(algorithm, count, windowSec)]);
      const key = first?.key ?? '';
      const before = await store.redis.dump(key);
      let admitted = 0;
      for (let done = 0; done < REFUSALS; done += AT_ONCE) {
        const all = await Promise.all(
          Array.from({ length: AT_ONCE }, async (_, i) => await spend(count + done + i)),
        );
        admitted += all.filter((status) => status?.allowed).length;
      }
      // Slots of a GCRA come back one after the other meanwhile.
      const slotMs = algorithm === 'gcra' ? (windowSec * 1_000) / count : Infinity;
      expect(admitted).toBeLessThanOrEqual(Math.floor((performance.now() - startedAt) / slotMs));
      if (algorithm !== 'gcra') expect(await store.redis.dump(key)).toBe(before);
      let [held, refused] = [before, false];
      for (let at = count + REFUSALS; !refused; at += 1) {
        held = await store.redis.dump(key);
        refused = (await spend(at))?.allowed === false;
      }
      expect(await store.redis.dump(key)).toBe(held);
      expect(await store.redis.memory('USAGE', key)).toBeLessThanOrEqual(MAX_BYTES);
      expect(await store.redis.pttl(key)).toBeGreaterThan(0);
      expect(await store.redis.pttl(key)).toBeLessThanOrEqual(windowSec * 1_000);
    },
  );

  it('one round trip, be they of one owner or of three; another one only to give back', async () => {
    const proxy = await RedisProxy.start(store.url);
    const connections = new RedisConnections({ ...store.config, REDIS_URL: proxy.url });
    const scripts = new ScriptRunner(await whenReady(connections.shared()));
    const limiter = limiterOn({ ...store, scripts });
    const rule = { algorithm: 'fixed', limit: 2, windowSec: 60 } as const;
    const user = ['SPENT_ONE', 'SPENT_TWO'].map((name) => limitRule({ ...rule, name, by: 'user' }));
    const windows = [
      ...limiter.windows.of(userSubject('trips'), user),
      ...limiter.windows.of(addressSubject('203.0.113.7'), [
        limitRule({ ...rule, name: 'SPENT_IP', by: 'ip' }),
      ]),
      ...limiter.windows.of(accountSubject('ada'), [
        limitRule({ ...rule, name: 'SPENT_AS', by: 'account', limit: 1 }),
      ]),
    ];
    const tripsOf = async (work: () => Promise<unknown>) => {
      const before = proxy.roundTrips;
      await work();
      return proxy.roundTrips - before;
    };
    await limiter.spend(windows.slice(0, 1));
    expect(await tripsOf(async () => await limiter.spend(windows.slice(0, 1)))).toBe(1);
    expect(await tripsOf(async () => await limiter.spend(windows.slice(1)))).toBe(1);
    const refused = async () => await limiter.spend(windows.slice(1));
    // Redis learns the script that gives back.
    await refused();
    expect(await tripsOf(refused)).toBe(2);
    await connections.onApplicationShutdown();
    await proxy.stop();
  });
});
