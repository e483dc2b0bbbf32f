import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import { newId } from '../../src/common/id.js';
import { jobKind } from '../../src/jobs/job-kind.js';
import type { JobHandler } from '../../src/jobs/on-job.decorators.js';
import { Outbox } from '../../src/jobs/outbox.service.js';
import { processorOf } from '../../src/jobs/promised-jobs.js';
import { Sweeper } from '../../src/jobs/sweeper.js';
import type { Transaction } from '../../src/database/database.service.js';
import { Failure, Hopeless, type JobInput } from '../../src/queue/job.js';
import { keys } from '../../src/redis/keys.js';
import { RedisConnections } from '../../src/redis/redis-connections.js';
import { ScriptRunner } from '../../src/redis/script-runner.js';
import { startTestDatabase, type TestDatabase } from '../support/database.js';
import { queueOn, QUICK } from '../support/queue.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { startTestRedis, testConfig, unknownKeys, whenReady, type TestRedis } from '../support/redis.js';
import { waitUntil } from '../support/wait-until.js';

class Greeting {
  @IsString()
  name: string;
}

const greet = jobKind({ name: 'test.greet', data: Greeting, promisedBy: 'outbox', maxAttempts: 3 });
/** A worker that waits for this ends without a further step. */
const forEver = async () => await new Promise<void>(() => {});

const stand = jobKind({
  ...{ name: 'test.stand', data: Greeting, promisedBy: 'outbox', maxAttempts: 1, standing: true },
});

describe('jobs that the outbox promises', () => {
  let redis: TestRedis;
  let postgres: TestDatabase;
  let queue: ReturnType<typeof queueOn>;
  let outbox: Outbox;
  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestDatabase()]);
    await postgres.database.$executeRaw`CREATE TABLE greeted (name text)`;
  });
  beforeEach(async () => {
    await redis.redis.flushall();
    await postgres.database.$executeRaw`TRUNCATE greeted, outbox`;
    queue = queueOn(redis);
    outbox = new Outbox(postgres.database, queue.queues);
  });
  afterEach(async () => {
    await queue.workers.beforeApplicationShutdown();
    expect(await unknownKeys(redis.redis)).toEqual([]);
  });
  afterAll(async () => await Promise.all([redis.stop(), postgres.stop()]));

  const promise = async (names: string[], kind = greet): Promise<JobInput[]> =>
    await outbox.addAll(
      postgres.database,
      kind,
      names.map((name) => ({ name })),
    );
  /** As if the promises were old enough to be swept. */
  const age = async () =>
    await postgres.database.$executeRaw`
      UPDATE outbox SET due_at = due_at - interval '10 seconds'
      WHERE id IN (SELECT id FROM outbox FOR UPDATE SKIP LOCKED)`;
  /** As if so much time had gone by, for what expires of the jobs. */
  const pass = async (minutes: number) => {
    for (const job of await redis.redis.keys('*job:*')) {
      const leftMs = (await redis.redis.pttl(job)) - minutes * 60_000;
      await redis.redis.pexpire(job, Math.max(0, leftMs));
    }
  };
  const note = async (tx: Transaction, name: string) => {
    await tx.$executeRaw`INSERT INTO greeted VALUES (${name})`;
  };
  const greeted = async () =>
    (await postgres.database.$queryRaw<{ name: string }[]>`SELECT name FROM greeted ORDER BY name`).map(
      ({ name }) => name,
    );
  const promised = async () => await postgres.database.outbox.count();
  const start = (one: JobHandler<Greeting>, kind = greet, on = queue, givenUp: string[] = []) =>
    on.workers.start(
      processorOf(
        kind,
        {
          one: one as JobHandler<object>,
          givenUp: async ({ id }, error) => {
            givenUp.push(`${id}: ${error.message}`);
            await Promise.resolve();
          },
        },
        outbox,
      ),
      { ...QUICK, retryCapMs: 50, finishWithinMs: 500 },
    );

  it('are done in the commit that ends the promise', async () => {
    const jobs = await promise(['ada', 'bob']);
    await outbox.enqueueSoon(greet, jobs);
    start(async ({ data }, { tx }) => await note(tx, data.name));
    await waitUntil('all kept', async () => (await promised()) === 0);
    expect(await greeted()).toEqual(['ada', 'bob']);
  });

  it('leave nothing of a try that failed, and are done by the next', async () => {
    await outbox.enqueueSoon(greet, await promise(['ada']));
    let tries = 0;
    start(async ({ data }, { tx }) => {
      await note(tx, data.name);
      tries += 1;
      if (tries < 3) throw new Error('not yet');
    });
    await waitUntil('kept', async () => (await promised()) === 0);
    expect([tries, await greeted()]).toEqual([3, ['ada']]);
  });

  it('are done once though Redis was emptied while a worker was at them, and has them a second time', async () => {
    await outbox.enqueueSoon(greet, await promise(['ada']));
    await age();
    let goOn = () => {};
    let begun = 0;
    const slowly: JobHandler<Greeting> = async ({ data }, { tx }) => {
      begun += 1;
      await new Promise<void>((resolve) => (goOn = resolve));
      await note(tx, data.name);
    };
    start(slowly);
    await waitUntil('at work', () => begun === 1);
    await redis.redis.flushall();
    await new Sweeper(queue.queues, outbox).sweep();
    const other = queueOn(redis);
    start(slowly, greet, other);
    await waitUntil('the other met it', async () => {
      const [found] = (await queue.inspector.list('test.greet', 'delayed', 0, 1)).jobs;
      return found?.error === 'another worker is at it';
    });
    goOn();
    await waitUntil('gone', async () => (await redis.redis.keys('*job:*')).length === 0);
    expect([begun, await greeted(), await promised()]).toEqual([1, ['ada'], 0]);
    await other.workers.beforeApplicationShutdown();
  });

  it('that were done before the acknowledgement was lost are not done again', async () => {
    const [job] = await promise(['ada']);
    await outbox.enqueueSoon(greet, job ? [job] : []);
    start(async ({ data }, { tx }) => await note(tx, data.name));
    await waitUntil('kept', async () => (await promised()) === 0);
    await queue.queues.enqueue('test.greet', job ? [job] : []);
    await waitUntil('done again', async () => {
      const [stats] = await queue.inspector.stats(['test.greet']);
      return stats?.completed === 2;
    });
    expect(await greeted()).toEqual(['ada']);
  });

  it('end when they are given up, and are promised anew when an operator wants them back', async () => {
    const givenUp: string[] = [];
    let isGood = false;
    const jobs = await promise(['ada', 'bob']);
    await outbox.enqueueSoon(greet, jobs);
    start(
      async ({ data }, { tx }) => {
        if (!isGood) throw data.name === 'bob' ? new Hopeless('no bob') : new Error('no ada');
        await note(tx, data.name);
      },
      greet,
      queue,
      givenUp,
    );
    await waitUntil('given up', async () => (await queue.stats('test.greet')).failed === 2);
    expect(givenUp.sort()).toEqual([`${jobs[0]?.id}: no ada`, `${jobs[1]?.id}: no bob`].sort());
    expect(await promised()).toBe(0);
    isGood = true;
    expect(await queue.inspector.retryAll('test.greet')).toBe(2);
    await waitUntil('done', async () => (await greeted()).length === 2);
    await waitUntil('kept', async () => (await promised()) === 0);
  });

  it('are done though they waited for hours after an operator wanted them back', async () => {
    await outbox.enqueueSoon(greet, await promise(['ada']));
    const refusing = start(() => Promise.reject(new Hopeless('no ada')));
    await waitUntil('given up', async () => (await queue.stats('test.greet')).failed === 1);
    await refusing.stop();
    expect(await queue.inspector.retryAll('test.greet')).toBe(1);
    await pass(61);
    // A worker that ends before it begins leaves it as it found it.
    const hand = queue.hand('test.greet', 'ends', 60_000);
    expect(await hand.take(1)).toHaveLength(1);
    await hand.release();
    await pass(61);
    start(async ({ data }, { tx }) => await note(tx, data.name));
    await waitUntil('done', async () => (await greeted()).length === 1);
  });

  it('that an operator wanted back are done once though their worker ended before it said so', async () => {
    await outbox.enqueueSoon(greet, await promise(['ada']));
    const refusing = start(() => Promise.reject(new Hopeless('no ada')));
    await waitUntil('given up', async () => (await queue.stats('test.greet')).failed === 1);
    await refusing.stop();
    await queue.inspector.retryAll('test.greet');
    const stuck = start(async ({ data }, { tx, afterwards }) => {
      await note(tx, data.name);
      afterwards(async () => await forEver());
    });
    await waitUntil('committed', async () => (await greeted()).length === 1);
    await stuck.stop();
    expect(await queue.stats('test.greet')).toMatchObject({ waiting: 1 });
    start(async ({ data }, { tx }) => await note(tx, data.name));
    await waitUntil('settled', async () => (await queue.stats('test.greet')).waiting === 0);
    await waitUntil('acknowledged', async () => (await redis.redis.keys('*job:*')).length === 0);
    expect([await greeted(), await promised()]).toEqual([['ada'], 0]);
  });

  it.each([
    ['after its last try', new Failure('no ada'), 3],
    ['as hopeless', new Hopeless('no ada'), 1],
  ])('are kept though their worker ended while it gave them up, %s', async (_why, refusal, attempts) => {
    class Ending extends Outbox {
      override async settle(...args: Parameters<Outbox['settle']>) {
        await super.settle(...args);
        await forEver();
      }
    }
    await outbox.enqueueSoon(greet, await promise(['ada']));
    const lasting = outbox;
    outbox = new Ending(postgres.database, queue.queues);
    const ending = start(() => Promise.reject(refusal));
    await waitUntil('the promise has ended', async () => (await promised()) === 0);
    await ending.stop();
    outbox = lasting;
    start(async ({ data }, { tx }) => await note(tx, data.name));
    await waitUntil('kept', async () => (await queue.stats('test.greet')).failed === 1);
    const [failed] = (await queue.inspector.list('test.greet', 'failed', 0, 10)).jobs;
    expect(failed).toMatchObject({ attempts, error: 'no ada' });
    expect(await queue.inspector.retryAll('test.greet')).toBe(1);
    await waitUntil('done', async () => (await greeted()).length === 1);
  });

  it('that an operator removed do not come back, however long they waited', async () => {
    const [job] = await promise(['ada']);
    await outbox.enqueueSoon(greet, job ? [job] : []);
    expect(await queue.inspector.remove('test.greet', job?.id ?? '')).toBe('removed');
    await pass(61);
    await age();
    await new Sweeper(queue.queues, outbox).sweep();
    const givenUp: string[] = [];
    start(async ({ data }, { tx }) => await note(tx, data.name), greet, queue, givenUp);
    await waitUntil('settled', async () => (await promised()) === 0);
    expect([givenUp, await greeted()]).toEqual([[`${job?.id}: it was removed by an operator`], []]);
  });

  it('wait once in a queue that stands still, however long that lasts', async () => {
    await outbox.enqueueSoon(greet, await promise(['ada', 'bob']));
    await age();
    await queue.inspector.pause('test.greet');
    for (let look = 0; look < 3; look += 1) {
      await new Sweeper(queue.queues, outbox).sweep();
      await pass(40);
    }
    expect(await queue.stats('test.greet')).toMatchObject({ waiting: 2 });
  });

  it('that are standing are promised on when they were given up', async () => {
    await outbox.enqueueSoon(stand, await promise(['ada'], stand));
    start(() => Promise.reject(new Error('no')), stand);
    await waitUntil('given up', async () => (await queue.stats('test.stand')).failed === 1);
    expect(await promised()).toBe(1);
  });

  it('whose data is not what their kind carries are given up at once', async () => {
    const givenUp: string[] = [];
    start(async () => await Promise.resolve(), greet, queue, givenUp);
    await queue.queues.enqueue('test.greet', [
      { id: newId(), data: { name: 7 } },
      { id: newId(), data: 'text' },
      { id: newId(), data: null },
    ]);
    await waitUntil('given up', async () => (await queue.stats('test.greet')).failed === 3);
    expect(givenUp).toHaveLength(3);
  });

  it('come back when Redis lost them, behind however many that it has', async () => {
    const many = Array.from({ length: 2_500 }, (_none, n) => `n${n}`);
    for (let at = 0; at < many.length; at += 500) await promise(many.slice(at, at + 500));
    await age();
    const sweeper = new Sweeper(queue.queues, outbox);
    for (let round = 0; round < 2; round += 1) await sweeper.sweep();
    expect(await queue.stats('test.greet')).toMatchObject({ waiting: 2_500 });
    const [last] = await redis.redis.lrange(keys.queue.waiting('test.greet'), 0, 0);
    await redis.redis.lpop(keys.queue.waiting('test.greet'));
    await redis.redis.del(keys.queue.job('test.greet', last ?? ''));
    for (let round = 0; round < 2; round += 1) await sweeper.sweep();
    expect(await queue.stats('test.greet')).toMatchObject({ waiting: 2_500 });
  });

  it('that are due later are not swept before, and keep their priority', async () => {
    const later = await outbox.add(postgres.database, greet, { name: 'ada' }, { delayMs: 60_000 });
    await outbox.add(postgres.database, greet, { name: 'bob' }, { priority: 'high' });
    await age();
    await new Sweeper(queue.queues, outbox).sweep();
    expect(await redis.redis.llen(keys.queue.waitingHigh('test.greet'))).toBe(1);
    expect(await queue.stats('test.greet')).toMatchObject({ waiting: 1, delayed: 0 });
    await outbox.enqueueSoon(greet, [later]);
    expect(await queue.stats('test.greet')).toMatchObject({ waiting: 1, delayed: 1 });
  });

  it.each(['reply', 'request'] as const)(
    'have their effect once whichever %s of Redis is lost, whatever operators do',
    async (what) => {
      let cuts = 0;
      for (let hasCut = true; hasCut; cuts += 1) {
        if (cuts > 200) throw new Error('it never ends');
        await redis.redis.flushall();
        await postgres.database.$executeRaw`TRUNCATE greeted, outbox`;
        const proxy = await RedisProxy.start(redis.url);
        const connections = new RedisConnections(testConfig({ REDIS_URL: proxy.url }));
        const shared = await whenReady(connections.shared());
        const through = queueOn({ ...redis, redis: shared, scripts: new ScriptRunner(shared), connections });
        outbox = new Outbox(postgres.database, through.queues);
        proxy.cutAfter(cuts, what);
        await oneLife(through);
        hasCut = proxy.hasCut;
        await connections.onApplicationShutdown();
        await proxy.stop();
        expect([cuts, await greeted()]).toEqual([cuts, ['ada', 'bob', 'cleo', 'dora']]);
        expect(await queue.stats('test.greet')).toMatchObject({ failed: 0 });
      }
      expect(cuts).toBeGreaterThan(30);
    },
    300_000,
  );

  /** All that can happen to jobs: some fail at first, one is given up and tried again, one removed; a worker stops. */
  async function oneLife(through: typeof queue): Promise<void> {
    const insist = async (what: string, step: () => Promise<unknown>) =>
      await waitUntil(what, async () => {
        await age();
        await new Sweeper(queue.queues, outbox).sweep();
        return await step().then(
          (outcome) => outcome !== 'absent',
          () => false,
        );
      });
    const jobs = await promise(['ada', 'bob', 'cleo', 'dora', 'eve']);
    await outbox.enqueueSoon(greet, jobs);
    const { inspector } = through;
    await insist('paused', async () => await inspector.pause('test.greet'));
    await insist('removed', async () => await inspector.remove('test.greet', jobs.at(-1)?.id ?? ''));
    await insist('resumed', async () => await inspector.resume('test.greet'));

    const flaky = new Set(['cleo']);
    let stopped: Promise<void> | undefined;
    let isGood = false;
    const work: JobHandler<Greeting> = async ({ data }, { tx, progress }) => {
      stopped ??= first.stop();
      await progress({ done: 0, total: 1 });
      await note(tx, data.name);
      if (flaky.delete(data.name)) throw new Error('not yet');
      if (data.name === 'dora' && !isGood) throw new Hopeless('no dora');
    };
    const first = start(work, greet, through);
    await insist('stopped', async () => await (stopped ?? Promise.reject(new Error('not yet'))));
    start(work, greet, through);
    await insist('given up', async () =>
      expect(await queue.stats('test.greet')).toMatchObject({ failed: 1 }),
    );
    isGood = true;
    await insist('tried again', async () => await inspector.retryAll('test.greet'));
    await insist('settled', async () => {
      const { waiting, active, delayed, failed } = await queue.stats('test.greet');
      expect([await promised(), waiting, active, delayed, failed]).toEqual([0, 0, 0, 0, 0]);
    });
    await through.workers.beforeApplicationShutdown();
  }
});
