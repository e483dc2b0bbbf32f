import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '../../src/common/id.js';
import { dueUsers, looked } from '../../src/presence/presence.scripts.js';
import type { PresenceStore } from '../../src/presence/presence.store.js';
import type { ChosenStatus } from '../../src/presence/presence.dto.js';
import { keys } from '../../src/redis/keys.js';
import { luaScript } from '../../src/redis/lua-script.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { createLearners } from '../support/learners.js';
import { PresenceBench, QUICK_TIMES } from '../support/presence.js';
import { startTestRedis, unknownKeys, whenReady, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

const due = keys.presence.due('all');
const watch = keys.presence.watch('all');

describe('presence', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let bench: PresenceBench;
  let ann: string;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
  });
  beforeEach(async () => {
    await redis.redis.flushall();
    bench = await PresenceBench.on(redis, postgres);
    await bench.trust();
    ann = (await createLearners(postgres.database, 1))[0]?.userId ?? '';
  });
  afterEach(async () => {
    await bench.stop();
    expect(await unknownKeys(redis.redis)).toEqual([]);
    for (const name of await redis.redis.keys('*'))
      expect([name, await redis.redis.pttl(name)]).not.toEqual([name, -1]);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

  /** Writes leases as any process may. */
  const write = async (
    userId: string,
    ...connections: [id: string, status: ChosenStatus, isHeld?: boolean][]
  ) =>
    await bench.store.update([
      {
        userId,
        connections: connections.map(([connectionId, status, isHeld = true]) => ({
          connectionId,
          status,
          isHeld,
        })),
      },
    ]);
  const heard = async (userId: string, statuses: string[]) =>
    await waitUntil(
      `${statuses.join(', ')} is told`,
      () => bench.statuses(userId).length >= statuses.length,
    ).then(() => expect(bench.statuses(userId)).toEqual(statuses));

  describe('of a user', () => {
    it('is online from the first connection to the last, which two tabs are', async () => {
      await write(ann, ['1', 'online']);
      await write(ann, ['2', 'online']);
      await write(ann, ['1', 'online', false]);
      expect(await bench.status(ann)).toBe('online');
      await heard(ann, ['online']);
      await write(ann, ['2', 'online', false]);
      expect(await bench.status(ann)).toBe('offline');
      await heard(ann, ['online', 'offline']);
    });

    it('is away when all connections are', async () => {
      await write(ann, ['1', 'online'], ['2', 'online']);
      await write(ann, ['1', 'away']);
      expect(await bench.status(ann)).toBe('online');
      await write(ann, ['2', 'away']);
      expect(await bench.status(ann)).toBe('away');
      await write(ann, ['1', 'online']);
      await write(ann, ['1', 'online', false]);
      await write(ann, ['2', 'away', false]);
      await heard(ann, ['online', 'away', 'online', 'away', 'offline']);
    });

    it('tells when the user was last there, by the clock of Redis', async () => {
      const spy = jest.spyOn(Date, 'now').mockReturnValue(0);
      await write(ann, ['1', 'online']);
      const [seen] = await bench.store.look([ann]);
      spy.mockRestore();
      await heard(ann, ['online']);
      const [seconds] = await redis.redis.time();
      expect(Math.abs((seen?.lastSeenAt?.getTime() ?? 0) - Number(seconds) * 1_000)).toBeLessThan(5_000);
      expect(bench.told[0]).toEqual({
        userId: ann,
        status: 'online',
        lastSeenAt: seen?.lastSeenAt?.toISOString(),
      });
    });

    it('writes times as JavaScript does', async () => {
      const isoTime = luaScript<number, string>({
        url: new URL('../support/lua/iso-time.lua', import.meta.url),
        keys: () => [due],
        args: (ms) => [ms],
        reply: String,
      });
      const times = fc.sample(fc.integer({ min: 0, max: 253_402_300_799_999 }), 500);
      times.push(0, Date.UTC(2000, 1, 29), Date.UTC(2100, 1, 28, 23, 59, 59, 999), Date.UTC(2100, 2, 1));
      for (const ms of times) expect(await redis.scripts.run(isoTime, ms)).toBe(new Date(ms).toISOString());
    });

    it('is told once by many who come at once, and once by many who go at once', async () => {
      const processes = await Promise.all(
        Array.from({ length: 4 }, async () => new ScriptRunner(await whenReady(redis.connections.shared()))),
      );
      const others = processes.map(
        (scripts) => Object.assign(Object.create(bench.store), { scripts }) as typeof bench.store,
      );
      const all = async (isHeld: boolean) =>
        await Promise.all(
          Array.from({ length: 100 }, async (_, n) => {
            const connection = { connectionId: String(n), status: 'online' as const, isHeld };
            await others[n % 4]?.update([{ userId: ann, connections: [connection] }]);
          }),
        );
      for (let round = 1; round <= 5; round += 1) {
        await all(true);
        await all(false);
        await heard(ann, Array.from({ length: round }, () => ['online', 'offline']).flat());
      }
    });
  });

  describe('of a node that died', () => {
    it('ends when its leases have run out, told once by all workers, with the last heartbeat as the time', async () => {
      const [bob] = await createLearners(postgres.database, 1);
      bench.worker();
      bench.worker();
      bench.worker();
      await write(ann, ['1', 'online'], ['2', 'away']);
      const [seen] = await bench.store.look([ann]);
      const alive = bench.node();
      alive.begin('3', bob?.userId ?? '');
      const startedAt = performance.now();
      await heard(ann, ['online', 'offline']);
      expect(performance.now() - startedAt).toBeGreaterThan(QUICK_TIMES.leaseMs - 200);
      expect(bench.told.at(-1)?.lastSeenAt).toBe(seen?.lastSeenAt?.toISOString());
      // The worker forgets the user after it has told.
      await waitUntil('nobody is to look again', async () => (await redis.redis.zscore(due, ann)) === null);
      // Far beyond its first lease, the other is there.
      await waitUntil('three leases are over', () => performance.now() - startedAt > 3 * QUICK_TIMES.leaseMs);
      expect(await bench.status(bob?.userId ?? '')).toBe('online');
      expect(bench.statuses(bob?.userId ?? '')).toEqual(['online']);
      expect(bench.statuses(ann)).toEqual(['online', 'offline']);
    });

    it('leaves who is away at another node away', async () => {
      bench.worker();
      await write(ann, ['dead', 'online']);
      const alive = bench.node();
      alive.begin('alive', ann);
      await alive.set('alive', 'away');
      await heard(ann, ['online', 'away']);
      expect(await bench.status(ann)).toBe('away');
    });

    it('is noticed of any number of users', async () => {
      const users = Array.from({ length: 1_300 }, newId);
      await bench.store.update(
        users.map((userId) => ({
          userId,
          connections: [{ connectionId: '1', status: 'online', isHeld: true }],
        })),
      );
      expect(await redis.redis.zcard(due)).toBe(1_300);
      bench.worker();
      await waitUntil('all are offline', () => bench.told.length === 2_600);
      expect(bench.told.slice(1_300).every(({ status }) => status === 'offline')).toBe(true);
      await waitUntil('nobody is looked at any more', async () => (await redis.redis.zcard(due)) === 0);
    });

    it('does not make a worker forget who comes while it looks', async () => {
      await redis.redis.zadd(due, 1, ann);
      const seen = await redis.scripts.run(dueUsers, { ...QUICK_TIMES, limit: 10 });
      expect(seen).toEqual([{ userId: ann, at: 1 }]);
      await write(ann, ['1', 'online']);
      expect(await redis.scripts.run(looked, { users: [{ userId: ann, at: 1, nextAt: undefined }] })).toBe(0);
      expect(await redis.redis.zscore(due, ann)).not.toBeNull();
    });
  });

  describe('of a Redis that lost it', () => {
    it('is not known until every process has renewed its leases: nobody is offline by mistake', async () => {
      bench.worker();
      const [one, other] = [bench.node(), bench.node()];
      one.begin('1', ann);
      other.begin('2', ann);
      await heard(ann, ['online']);
      for (let round = 0; round < 5; round += 1) {
        await redis.redis.flushall();
        // The other's lease is not there yet.
        one.end('1');
        one.begin('1', ann);
        const status = await bench.status(ann).catch(() => 'unknown');
        expect(['online', 'unknown']).toContain(status);
        await waitUntil('it is known', async () => (await bench.status(ann).catch(() => '')) === 'online');
      }
      one.end('1');
      const startedAt = performance.now();
      await waitUntil('it has settled', () => performance.now() - startedAt > QUICK_TIMES.settlingMs * 2);
      expect(bench.statuses(ann)).not.toContain('offline');
      other.end('2');
      await waitUntil('offline is told', () => bench.statuses(ann).includes('offline'));
      expect(bench.statuses(ann).at(-1)).toBe('offline');
    });

    it('lets who goes at once linger until then', async () => {
      await redis.redis.flushall();
      bench.worker();
      await write(ann, ['1', 'online']);
      await write(ann, ['1', 'online', false]);
      const startedAt = performance.now();
      await expect(bench.store.look([newId()])).rejects.toMatchObject({ code: 'unavailable' });
      expect(await bench.status(ann)).toBe('online');
      await heard(ann, ['online', 'offline']);
      expect(performance.now() - startedAt).toBeLessThan(QUICK_TIMES.leaseMs - 200);
    });

    it.each([
      ['was restarted, with leases that have run out meanwhile', { run: 'another' }],
      ['was reached by nobody for a while', { seen: 1 }],
    ])('is as unknown when it %s', async (_what, lost) => {
      await write(ann, ['1', 'online']);
      await redis.redis.zadd(keys.presence.leases(ann, 'online'), 1, '1');
      await redis.redis.zadd(due, 1, ann);
      await redis.redis.hset(watch, lost);
      await expect(bench.store.look([ann])).rejects.toMatchObject({ code: 'unavailable' });
      await redis.redis.hset(watch, lost);
      expect(await bench.store.due(10)).toEqual([]);
      expect(bench.statuses(ann)).toEqual(['online']);
      bench.worker();
      await heard(ann, ['online', 'offline']);
    });

    it('is renewed at once when Redis is found to be another', async () => {
      const calm = await PresenceBench.on(redis, postgres, {
        ...QUICK_TIMES,
        heartbeatMs: 3_600_000,
        leaseMs: 3_600_000,
      });
      const node = calm.node();
      node.begin('1', ann);
      await heard(ann, ['online']);
      await redis.redis.flushall();
      await waitUntil('the lease is back', async () => (await calm.status(ann).catch(() => '')) === 'online');
      await calm.stop();
    });
  });

  describe('of a process', () => {
    it('ends with it at once', async () => {
      const node = bench.node();
      for (const id of ['1', '2']) node.begin(id, ann);
      await heard(ann, ['online']);
      await node.beforeApplicationShutdown();
      await heard(ann, ['online', 'offline']);
      node.begin('3', ann);
      expect(await bench.status(ann)).toBe('offline');
    });

    it('is right when connections come and go faster than they are written', async () => {
      const node = bench.node();
      for (let n = 0; n < 200; n += 1) {
        node.begin(`${n}`, ann);
        if (n % 3 > 0) node.end(`${n}`);
        if (n >= 20) node.end(`${n - 20}`);
        if (n % 7 === 0) await bench.status(ann);
      }
      for (let n = 180; n < 200; n += 1) node.end(`${n}`);
      await waitUntil('offline', async () => (await bench.status(ann)) === 'offline');
      const statuses = bench.statuses(ann);
      expect(statuses.filter((status, index) => status === statuses[index - 1])).toEqual([]);
    });

    it('is kept in PostgreSQL when the user goes, and never moved back', async () => {
      const lastActive = async () =>
        (await postgres.database.user.findUniqueOrThrow({ where: { id: ann } })).lastActiveAt.getTime();
      await postgres.database.user.update({ where: { id: ann }, data: { lastActiveAt: new Date(0) } });
      const node = bench.node();
      node.begin('1', ann);
      await heard(ann, ['online']);
      node.end('1');
      await waitUntil('it is stored', async () => (await lastActive()) > 0);
      await heard(ann, ['online', 'offline']);
      expect(await lastActive()).toBe(Date.parse(bench.told.at(-1)?.lastSeenAt ?? ''));
      const later = new Date(Date.now() + 3_600_000);
      await postgres.database.user.update({ where: { id: ann }, data: { lastActiveAt: later } });
      node.begin('2', ann);
      await node.beforeApplicationShutdown();
      expect(await lastActive()).toBe(later.getTime());
    });
  });
});

describe('presence while Redis is away', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis({ impatient: true }), startTestDatabase()]);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

  it('is written for everybody in turn when Redis takes longer for a batch than anybody waits', async () => {
    const times = { ...QUICK_TIMES, heartbeatMs: 60_000, leaseMs: 60_000, lookMs: 1_000 };
    const slowly = await PresenceBench.on(redis, postgres, times);
    const update: PresenceStore['update'] = async (users, onWatched) => {
      const updated = await slowly.store.update(users, onWatched);
      await sleep(1_000);
      return updated;
    };
    const node = slowly.node({
      store: Object.assign(Object.create(slowly.store) as PresenceStore, { update }),
    });
    const users = Array.from({ length: 1_001 }, newId);
    users.forEach((userId, n) => node.begin(String(n), userId));
    await waitUntil('all are there', async () => (await redis.redis.zcard(due)) === users.length);
    await slowly.stop();
  });

  it('is unavailable, and in the end what was done meanwhile is so', async () => {
    const bench = await PresenceBench.on(redis, postgres, { ...QUICK_TIMES, gapMs: 500 });
    await bench.trust();
    bench.worker();
    const node = bench.node();
    const [stays, goes, comes] = (await createLearners(postgres.database, 3)).map(({ userId }) => userId) as [
      ...[string, string, string],
    ];
    node.begin('stays', stays);
    node.begin('goes', goes);
    await waitUntil('both are there', async () => (await bench.status(goes)) === 'online');
    await redis.server.kill('SIGSTOP');
    node.end('goes');
    node.begin('comes', comes);
    await expect(bench.store.look([stays])).rejects.toThrow('timed out');
    await expect(node.set('stays', 'away')).rejects.toThrow();
    const startedAt = performance.now();
    await waitUntil('leases have run out', () => performance.now() - startedAt > 2 * QUICK_TIMES.leaseMs);
    await redis.server.kill('SIGCONT');
    const is = async (userId: string, status: string) =>
      await waitUntil(`${status} it is`, async () => (await bench.status(userId).catch(() => '')) === status);
    await is(stays, 'away');
    await is(comes, 'online');
    await is(goes, 'offline');
    await waitUntil('away is told', () => bench.statuses(stays).length >= 2);
    expect(bench.statuses(stays)).toEqual(['online', 'away']);
    await bench.stop();
  });
});
