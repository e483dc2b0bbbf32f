import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/queue/job.js';
import { keys } from '../../src/redis/keys.js';
import { idsOf, jobs, QUICK, Recorder } from '../support/queue.js';
import { useQueue } from '../support/use-queue.js';
import { waitUntil } from '../support/wait-until.js';

const EMPTY = { waiting: 0, active: 0, delayed: 0, failed: 0 };

describe('workers', () => {
  const on = useQueue();

  const start = (recorder: Recorder) => on.queue.workers.start(recorder, QUICK);
  const untilStats = async (expected: object) => {
    await waitUntil(`stats ${JSON.stringify(expected)}`, async () => {
      return JSON.stringify(await on.queue.stats('q')) === JSON.stringify({ ...EMPTY, ...expected });
    });
  };

  it('do each job once, two at a time, and leave nothing behind', async () => {
    const recorders = [new Recorder('q'), new Recorder('q')];
    recorders.forEach(start);
    await on.queue.queues.enqueue('q', jobs(2_000));
    await untilStats({});
    const done = recorders.flatMap((recorder) => recorder.done);
    expect(done.sort()).toEqual(idsOf(jobs(2_000)).sort());
    expect(recorders.every((recorder) => recorder.batches.some((batch) => batch.length > 1))).toBe(true);
    await on.queue.workers.beforeApplicationShutdown();
    // A bell that nobody heard goes by itself.
    await on.redis.redis.del(keys.queue.bell('q'));
    expect((await on.redis.redis.keys('*')).sort()).toEqual(
      [keys.queue.completed('q'), keys.queue.counts('q')].sort(),
    );
  });

  it('do thousands of trivial jobs a second', async () => {
    await on.queue.queues.enqueue('q', jobs(10_000));
    const recorder = new Recorder('q');
    recorder.batchSize = 100;
    const began = performance.now();
    start(recorder);
    await untilStats({});
    expect(recorder.done).toHaveLength(10_000);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('try only the jobs that failed again, alone, and note why', async () => {
    const tries = new Map<string, number>();
    const recorder = new Recorder('q', async (batch) => {
      const failed = batch.filter(({ id, attempts }) => {
        tries.set(id, attempts);
        return id.endsWith('7') && attempts < 2;
      });
      return await Promise.resolve(new Map(failed.map(({ id }) => [id, new Error('not yet')])));
    });
    await on.queue.queues.enqueue('q', jobs(10));
    start(recorder);
    await untilStats({});
    expect(recorder.batches).toEqual([idsOf(jobs(10)), ['job-7'], ['job-7']]);
    expect(tries.get('job-7')).toBe(2);
    expect(recorder.givenUp).toEqual([]);
  });

  it('let no neighbour pay for a job that sinks their batch', async () => {
    const recorder = new Recorder('q', async (batch) => {
      if (batch.some(({ id }) => id === 'job-3')) throw new Error('sunk');
      await Promise.resolve();
    });
    recorder.maxAttempts = 1;
    recorder.batchSize = 50;
    await on.queue.queues.enqueue('q', jobs(50));
    start(recorder);
    await untilStats({ failed: 1 });
    expect(recorder.batches).toEqual([idsOf(jobs(50)), ...idsOf(jobs(50)).map((id) => [id])]);
    expect(recorder.givenUp).toEqual(['job-3: sunk']);
  });

  it('give a job up before it goes to failed, where it stays with its error for a week', async () => {
    let failedWhenGivenUp = -1;
    class Refusing extends Recorder {
      override async giveUp(...args: Parameters<Recorder['giveUp']>) {
        failedWhenGivenUp = (await on.queue.stats('q')).failed;
        await super.giveUp(...args);
      }
    }
    const recorder = new Refusing('q', (): Promise<void> => Promise.reject(new Failure('x'.repeat(2_000))));
    await on.queue.queues.enqueue('q', jobs(1));
    start(recorder);
    await untilStats({ failed: 1 });
    expect([failedWhenGivenUp, recorder.batches.length]).toEqual([0, 3]);
    const job = keys.queue.job('q', 'job-0');
    expect(await on.redis.redis.hmget(job, 'attempts', 'error')).toEqual(['3', 'x'.repeat(500)]);
    expect(await on.redis.redis.ttl(job)).toBeGreaterThan(7 * 24 * 3_600 - 60);
    expect(await on.queue.queues.enqueue('q', jobs(1))).toBe(0);
  });

  it('keep a job that could not be given up, and give it up later without another try', async () => {
    let refusals = 2;
    class Refusing extends Recorder {
      override async giveUp(...args: Parameters<Recorder['giveUp']>) {
        refusals -= 1;
        if (refusals >= 0) throw new Failure('cannot give up now');
        await super.giveUp(...args);
      }
    }
    const recorder = new Refusing('q', (): Promise<void> => Promise.reject(new Error('bad')));
    await on.queue.queues.enqueue('q', jobs(1));
    start(recorder);
    await untilStats({ failed: 1 });
    expect(recorder.batches).toHaveLength(3);
    expect(recorder.givenUp).toEqual(['job-0: cannot give up now']);
  });

  it('never count the outage of a store as an attempt', async () => {
    let outages = 5;
    const recorder = new Recorder('q', async () => {
      outages -= 1;
      if (outages >= 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      await Promise.resolve();
    });
    recorder.maxAttempts = 1;
    await on.queue.queues.enqueue('q', jobs(2));
    on.queue.workers.start(recorder, { ...QUICK, retryCapMs: 20 });
    await waitUntil(
      'all done',
      async () => (await on.redis.redis.exists(keys.queue.job('q', 'job-1'))) === 0,
    );
    await untilStats({});
    expect(recorder.givenUp).toEqual([]);
  });

  it('fail a job whose data is not JSON instead of stumbling over it', async () => {
    const recorder = new Recorder('q');
    await on.queue.queues.enqueue('q', jobs(3));
    await on.redis.redis.hset(keys.queue.job('q', 'job-1'), 'data', '{broken');
    start(recorder);
    await untilStats({ failed: 1 });
    expect(recorder.done.sort()).toEqual(['job-0', 'job-2']);
    expect(recorder.givenUp).toEqual(['job-1: its data is not JSON']);
  });

  it('drop ids that have no job, and do a job once that was pushed five times by hand', async () => {
    const recorder = new Recorder('q');
    await on.queue.queues.enqueue('q', jobs(1));
    const extra = Array<string>(4).fill('job-0');
    await on.redis.redis.lpush(keys.queue.waiting('q'), ...extra, ...Array<string>(30).fill('gone'));
    start(recorder);
    await untilStats({});
    expect(recorder.done).toEqual(['job-0']);
  });

  it('keep no more than the newest 10,000 failed jobs', async () => {
    const failed = keys.queue.failed('q');
    const old = Array.from({ length: 10_001 }, (_none, n) => [
      String(Date.now() - 20_000 + n),
      `old-${n}`,
    ]).flat();
    await on.redis.redis.zadd(failed, ...old);
    const recorder = new Recorder('q', (): Promise<void> => Promise.reject(new Error('no')));
    recorder.maxAttempts = 1;
    await on.queue.queues.enqueue('q', jobs(1));
    start(recorder);
    await waitUntil('failed', async () => (await on.redis.redis.zscore(failed, 'job-0')) !== null);
    expect(await on.redis.redis.zcard(failed)).toBe(10_000);
    expect(await on.redis.redis.zrange(failed, '0', '0')).toEqual(['old-2']);
  });
});
