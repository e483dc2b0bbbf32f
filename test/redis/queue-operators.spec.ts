import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/common/errors.js';
import { Failure, Hopeless, NotNow } from '../../src/queue/job.js';
import { keys } from '../../src/redis/keys.js';
import { idsOf, jobs, queueOn, QUICK, Recorder } from '../support/queue.js';
import { useQueue } from '../support/use-queue.js';
import { waitUntil } from '../support/wait-until.js';

describe('what operators see and do', () => {
  const on = useQueue();

  const start = (recorder: Recorder) => on.queue.workers.start(recorder, QUICK);
  const ids = async (state: Parameters<typeof on.queue.inspector.list>[1], offset = 0, limit = 100) =>
    idsOf((await on.queue.inspector.list('q', state, offset, limit)).jobs);
  const failing = (times = Infinity) => {
    let left = times;
    const recorder = new Recorder('q', async () => {
      left -= 1;
      if (left >= 0) throw new Failure('not today');
      await Promise.resolve();
    });
    recorder.maxAttempts = 1;
    return recorder;
  };

  it('counts the jobs of each state, and for how long the oldest has waited', async () => {
    await on.queue.queues.enqueue(
      'q',
      jobs(3, 'low').map((job) => ({ ...job, priority: 'low' })),
    );
    await on.queue.queues.enqueue('q', [{ id: 'later', data: 1, delayMs: 60_000 }]);
    const [before] = await on.queue.inspector.stats(['q', 'nobody']);
    expect(before).toMatchObject({
      waiting: 3,
      active: 0,
      delayed: 1,
      failed: 0,
      completed: 0,
      paused: false,
    });
    await on.redis.redis.hincrby(keys.queue.job('q', 'low-0'), 'enqueuedAt', -5_000);
    const [now, none] = await on.queue.inspector.stats(['q', 'nobody']);
    expect(now?.oldestWaitingMs).toBeGreaterThanOrEqual(5_000);
    expect(none).toMatchObject({ waiting: 0, oldestWaitingMs: null });
  });

  it('lists jobs page by page, those that come first foremost', async () => {
    await on.queue.queues.enqueue('q', jobs(5, 'normal'));
    await on.queue.queues.enqueue(
      'q',
      jobs(5, 'high').map((job) => ({ ...job, priority: 'high' })),
    );
    await on.queue.queues.enqueue(
      'q',
      jobs(5, 'low').map((job) => ({ ...job, priority: 'low' })),
    );
    const all = [...idsOf(jobs(5, 'high')), ...idsOf(jobs(5, 'normal')), ...idsOf(jobs(5, 'low'))];
    expect(await ids('waiting')).toEqual(all);
    for (let offset = 0; offset < 16; offset += 1)
      expect([offset, await ids('waiting', offset, 4)]).toEqual([offset, all.slice(offset, offset + 4)]);

    const hand = on.queue.hand('q', 'w', 60_000);
    const held = await hand.take(3);
    expect(await ids('active')).toEqual(idsOf(held));
    await hand.progress(held[0]?.id ?? '', { done: 3, total: 9 });
    expect((await on.queue.inspector.list('q', 'active', 0, 1)).jobs[0]?.progress).toEqual({
      done: 3,
      total: 9,
    });
    await hand.ack([held[0]?.id ?? '']);
    await hand.progress(held[0]?.id ?? '', { done: 9, total: 9 });
    expect(await on.redis.redis.exists(keys.queue.job('q', held[0]?.id ?? ''))).toBe(0);
    await hand.release();
  });

  it('ends a list at its end, and not where some of its jobs are no more to be seen', async () => {
    await on.queue.queues.enqueue('q', jobs(6));
    for (const id of ['job-1', 'job-2']) await on.queue.inspector.remove('q', id);
    await on.redis.redis.del(keys.queue.job('q', 'job-3'));
    const pages: [ids: string[], hasMore: boolean][] = [];
    for (let [offset, hasMore] = [0, true]; hasMore; offset += 2) {
      const page = await on.queue.inspector.list('q', 'waiting', offset, 2);
      hasMore = page.hasMore;
      pages.push([idsOf(page.jobs), hasMore]);
    }
    expect(pages).toEqual([
      [['job-0'], true],
      [[], true],
      [['job-4', 'job-5'], false],
    ]);
  });

  it('shows the last jobs that were done, and counts all', async () => {
    start(new Recorder('q'));
    await on.queue.queues.enqueue('q', jobs(3));
    await waitUntil('done', async () => (await on.queue.inspector.stats(['q']))[0]?.completed === 3);
    const [last, ...others] = (await on.queue.inspector.list('q', 'completed', 0, 10)).jobs;
    expect(last).toMatchObject({ id: 'job-2', data: { n: 2 }, attempts: 0, error: null });
    expect(last?.completedAt).toBeGreaterThanOrEqual(last?.enqueuedAt ?? Infinity);
    expect(idsOf(others)).toEqual(['job-1', 'job-0']);
    expect(await ids('completed', 1, 1)).toEqual(['job-1']);

    await on.queue.queues.enqueue('q', [{ id: 'big', data: 'x'.repeat(5_000) }, ...jobs(3_000, 'many')]);
    await waitUntil('done', async () => (await on.queue.inspector.stats(['q']))[0]?.completed === 3_004);
    const kept = await on.redis.redis.xlen(keys.queue.completed('q'));
    expect(kept).toBeGreaterThanOrEqual(1_000);
    expect(kept).toBeLessThan(1_300);
  });

  it('pauses a queue: what is at work ends, what waits waits, also what comes meanwhile', async () => {
    let finish = () => {};
    const recorder = new Recorder('q', async ([job]) => {
      if (job?.id === 'job-0') await new Promise<void>((resolve) => (finish = resolve));
    });
    recorder.batchSize = 1;
    start(recorder);
    await on.queue.queues.enqueue('q', jobs(3));
    await waitUntil('at work', () => recorder.done.length === 1);
    await on.queue.inspector.pause('q');
    finish();
    await waitUntil('it ends', async () => (await on.queue.inspector.stats(['q']))[0]?.active === 0);
    await on.queue.queues.enqueue('q', jobs(3, 'meanwhile'));
    await waitUntil('it looked again', async () => {
      const [lease] = await on.redis.redis.zrange(keys.queue.workers('q'), '0', '-1', 'WITHSCORES');
      return lease !== undefined;
    });
    expect((await on.queue.inspector.stats(['q']))[0]).toMatchObject({ waiting: 5, active: 0, paused: true });
    expect(recorder.done).toEqual(['job-0']);
    await on.queue.inspector.resume('q');
    await waitUntil('all done', () => recorder.done.length === 6);
  });

  it('keeps why a job failed, each time, and tries it again when told to, as if for the first time', async () => {
    const recorder = failing(3);
    recorder.maxAttempts = 3;
    start(recorder);
    await on.queue.queues.enqueue('q', jobs(1));
    await waitUntil('failed', async () => (await on.queue.stats('q')).failed === 1);
    const [failed] = (await on.queue.inspector.list('q', 'failed', 0, 10)).jobs;
    expect(failed).toMatchObject({ id: 'job-0', attempts: 3, error: 'not today' });
    expect(failed?.history.map(({ error }) => error)).toEqual(['not today', 'not today', 'not today']);
    expect(failed?.failedAt).toBe(failed?.history.at(-1)?.at);

    expect(await on.queue.inspector.retry('q', 'nobody')).toBe(false);
    expect(await on.queue.inspector.retry('q', 'job-0')).toBe(true);
    expect(await on.queue.inspector.retry('q', 'job-0')).toBe(false);
    await waitUntil('done', async () => (await on.queue.inspector.stats(['q']))[0]?.completed === 1);
    expect(recorder.revived).toEqual(['job-0']);
    expect(await on.queue.stats('q')).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  it('tells in our own words why a job failed, and nothing that a store said', async () => {
    const sayings = [new Error('duplicate key value'), new AppError('not_found', { detail: 'no such quiz' })];
    const outages = [Object.assign(new Error('connect 10.0.0.7:5432'), { code: 'ECONNREFUSED' })];
    const recorder = new Recorder('q', async ([job]) => {
      const [error] = job?.id === 'away-0' ? outages : sayings.splice(0, 1);
      if (error) throw error;
      await Promise.resolve();
    });
    recorder.together = false;
    recorder.maxAttempts = 1;
    on.queue.workers.start(recorder, { ...QUICK, retryBaseMs: 60_000 });
    await on.queue.queues.enqueue('q', [...jobs(2), ...jobs(1, 'away')]);
    await waitUntil('failed', async () => (await on.queue.stats('q')).failed === 2);
    await waitUntil('put aside', async () => (await on.queue.stats('q')).delayed === 1);
    const errors = (await on.queue.inspector.list('q', 'failed', 0, 2)).jobs.map(({ error }) => error);
    expect(errors).toEqual(['no such quiz', 'an unexpected error; see the log under this id']);
    expect((await on.queue.inspector.list('q', 'delayed', 0, 1)).jobs[0]?.error).toBe('a store was away');
  });

  it('tries all again that were given up', async () => {
    const recorder = failing(1_200);
    recorder.together = false;
    recorder.batchSize = 100;
    start(recorder);
    await on.queue.queues.enqueue('q', jobs(1_200));
    await waitUntil('all failed', async () => (await on.queue.stats('q')).failed === 1_200, 30_000);
    expect(await on.queue.inspector.retryAll('q')).toBe(1_200);
    await waitUntil(
      'all done',
      async () => (await on.queue.inspector.stats(['q']))[0]?.completed === 1_200,
      30_000,
    );
    expect(new Set(recorder.revived).size).toBe(1_200);
    expect((await on.queue.inspector.stats(['q']))[0]).toMatchObject({ failed: 0, failures: 1_200 });
  });

  it('removes what waits or is put aside by giving it up, and what was given up at once', async () => {
    const recorder = new Recorder('q');
    await on.queue.queues.enqueue('q', [...jobs(3), { id: 'later', data: 1, delayMs: 60_000 }]);
    expect(await on.queue.inspector.remove('q', 'job-1')).toBe('removed');
    expect(await on.queue.inspector.remove('q', 'later')).toBe('removed');
    expect(await on.queue.inspector.remove('q', 'nobody')).toBe('absent');
    expect(await ids('waiting')).toEqual(['job-0', 'job-2']);
    start(recorder);
    await waitUntil(
      'the rest is done',
      async () => (await on.queue.inspector.stats(['q']))[0]?.completed === 2,
    );
    await waitUntil('all gone', async () => (await on.redis.redis.keys('*job:*')).length === 0);
    expect(recorder.givenUp.sort()).toEqual([
      'job-1: it was removed by an operator',
      'later: it was removed by an operator',
    ]);
    expect(await on.queue.stats('q')).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });

    const [failedJob] = jobs(1, 'failed');
    const other = queueOn(on.redis);
    other.workers.start(Object.assign(failing(), { queue: 'r' }), QUICK);
    await other.queues.enqueue('r', failedJob ? [failedJob] : []);
    await waitUntil('failed', async () => (await other.stats('r')).failed === 1);
    expect(await on.queue.inspector.remove('r', 'failed-0')).toBe('removed');
    expect(await on.redis.redis.exists(keys.queue.job('r', 'failed-0'), keys.queue.failed('r'))).toBe(0);
    await other.workers.beforeApplicationShutdown();
  });

  it('leaves a job alone that a worker is at', async () => {
    await on.queue.queues.enqueue('q', jobs(1));
    await on.queue.hand('q', 'w', 60_000).take(1);
    expect(await on.queue.inspector.remove('q', 'job-0')).toBe('active');
    expect(await ids('active')).toEqual(['job-0']);
  });

  it('gives a hopeless job up at once, and holds nothing against one whose time has not come', async () => {
    let early = 4;
    const recorder = new Recorder('q', async ([job]) => {
      if (job?.id === 'job-0') throw new Hopeless('no such address');
      early -= 1;
      if (early > 0) throw new NotNow('somebody is at it');
      await Promise.resolve();
    });
    recorder.together = false;
    recorder.maxAttempts = 2;
    on.queue.workers.start(recorder, { ...QUICK, retryCapMs: 20 });
    await on.queue.queues.enqueue('q', jobs(2));
    await waitUntil('done', async () => (await on.queue.inspector.stats(['q']))[0]?.completed === 1);
    expect(recorder.givenUp).toEqual(['job-0: no such address']);
    expect((await on.queue.inspector.list('q', 'failed', 0, 1)).jobs[0]?.attempts).toBe(1);
  });

  it('does jobs one by one where a batch is no piece of work, each acknowledged by itself', async () => {
    const recorder = new Recorder('q', async ([job]) => {
      if (job?.id !== 'job-2') return;
      expect(await on.redis.redis.keys('*job:*')).toHaveLength(3);
    });
    recorder.together = false;
    await on.queue.queues.enqueue('q', jobs(5));
    start(recorder);
    await waitUntil('done', async () => (await on.queue.inspector.stats(['q']))[0]?.completed === 5);
    expect(recorder.batches).toEqual(idsOf(jobs(5)).map((id) => [id]));
  });
});
