import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { enqueueScript } from '../../src/queue/queue.scripts.js';
import { keys } from '../../src/redis/keys.js';
import { idsOf, jobs, QUICK, Recorder } from '../support/queue.js';
import { whenReady } from '../support/redis.js';
import { useQueue } from '../support/use-queue.js';
import { waitUntil } from '../support/wait-until.js';

describe('a worker in trouble', () => {
  const on = useQueue({ impatient: true });

  const start = (recorder: Recorder) => on.queue.workers.start(recorder, QUICK);
  const doneAll = async (recorder: Recorder, ids: string[]) => {
    await waitUntil(`${ids.length} done`, () => ids.every((id) => recorder.done.includes(id)));
    await waitUntil('nothing held', async () => {
      const { waiting, active, delayed } = await on.queue.stats('q');
      return waiting + active + delayed === 0;
    });
  };
  /** The id of the connection on which the worker waits inside Redis at this moment. */
  const waitingClient = async (): Promise<string> => {
    let id: string | undefined;
    await waitUntil('it waits', async () => {
      const clients = String(await on.redis.redis.client('LIST')).split('\n');
      const waiting = clients.find((line) => /name=redistack-queue-q .*flags=b.*cmd=blpop/.test(line));
      id = /id=(\d+)/.exec(waiting ?? '')?.[1];
      return id !== undefined;
    });
    return id ?? '';
  };

  it('loses no job and keeps none when its waiting connection is cut fifty times as jobs arrive', async () => {
    const recorder = new Recorder('q');
    start(recorder);
    let bellsLost = 0;
    for (let cut = 0; cut < 50; cut += 1) {
      const { source, keys: keysOf, args } = enqueueScript;
      const input = {
        queue: 'q',
        jobs: [{ id: `cut-${cut}`, json: '{}', priority: 'normal' as const, delayMs: 0 }],
      };
      // In one write: the bell is rung for the worker, and its connection ends before the reply that says so is sent.
      const replies = await on.redis.redis
        .pipeline()
        .eval(source, keysOf(input).length, ...keysOf(input), ...args(input))
        .call('CLIENT', 'KILL', 'ID', await waitingClient())
        .llen(keys.queue.bell('q'))
        .exec();
      if (replies?.[1]?.[1] === 1 && replies[2]?.[1] === 0) bellsLost += 1;
    }
    expect(bellsLost).toBeGreaterThan(25);
    const ids = Array.from({ length: 50 }, (_none, cut) => `cut-${cut}`);
    await doneAll(recorder, ids);
    expect(new Set(recorder.done)).toEqual(new Set(ids));
  }, 60_000);

  it('goes on with what comes after everything was flushed under it', async () => {
    let flushed = false;
    const recorder = new Recorder('q', async () => {
      if (!flushed) await on.redis.redis.flushall();
      flushed = true;
    });
    start(recorder);
    await on.queue.queues.enqueue('q', jobs(30, 'before'));
    await waitUntil('flushed', () => flushed);
    await on.queue.queues.enqueue('q', jobs(30, 'after'));
    await doneAll(recorder, idsOf(jobs(30, 'after')));
    expect(await on.redis.redis.zcard(keys.queue.workers('q'))).toBe(1);
  });

  it('does not take away a job that was enqueued again after a flush', async () => {
    let flushed = false;
    const recorder = new Recorder('q', async () => {
      if (flushed) return;
      flushed = true;
      await on.redis.redis.flushall();
      await on.queue.queues.enqueue('q', jobs(5));
    });
    await on.queue.queues.enqueue('q', jobs(5));
    start(recorder);
    await waitUntil('each done twice', () => recorder.done.length === 10);
    await doneAll(recorder, idsOf(jobs(5)));
  });

  it('waits for a Redis that is frozen and does what was queued', async () => {
    const recorder = new Recorder('q');
    start(recorder);
    await on.queue.queues.enqueue('q', jobs(5, 'before'));
    await doneAll(recorder, idsOf(jobs(5, 'before')));
    await on.redis.server.kill('SIGSTOP');
    await expect(on.queue.queues.enqueue('q', jobs(1, 'during'))).rejects.toThrow('timed out');
    await on.redis.server.kill('SIGCONT');
    await waitUntil('Redis answers', async () => (await on.redis.redis.ping().catch(() => '')) === 'PONG');
    await on.queue.queues.enqueue('q', jobs(5, 'after'));
    await doneAll(recorder, idsOf([...jobs(1, 'during'), ...jobs(5, 'after')]));
  });

  it('outlives the loss of all its connections', async () => {
    const recorder = new Recorder('q');
    start(recorder);
    const lost = once(on.redis.redis, 'close');
    const killer = await whenReady(on.redis.connections.blocking('killer', 0));
    await killer.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await lost;
    await whenReady(on.redis.redis);
    await on.queue.queues.enqueue('q', jobs(20));
    await doneAll(recorder, idsOf(jobs(20)));
  });

  it('finishes the batch at work when it is stopped, and returns the jobs it has not begun', async () => {
    let finish = () => {};
    const recorder = new Recorder('q', async ([job]) => {
      if (job?.id === 'job-0') await new Promise<void>((resolve) => (finish = resolve));
    });
    await on.queue.queues.enqueue('q', jobs(3));
    await on.queue.hand('q', 'dead').take(3);
    const worker = start(recorder);
    await waitUntil('at work', () => recorder.done.length === 1);
    const stopped = worker.stop();
    finish();
    await stopped;
    expect(recorder.done).toEqual(['job-0']);
    expect(await on.queue.stats('q')).toEqual({ waiting: 2, active: 0, delayed: 0, failed: 0 });
    expect(await on.redis.redis.exists(keys.queue.workers('q'))).toBe(0);
  });

  it('stops in time though its batch does not end, and another worker does the jobs', async () => {
    const stuck = new Recorder('q', async () => await new Promise<void>(() => {}));
    await on.queue.queues.enqueue('q', jobs(3));
    const worker = on.queue.workers.start(stuck, { ...QUICK, finishWithinMs: 100 });
    await waitUntil('at work', () => stuck.done.length === 3);
    await worker.stop();
    const recorder = new Recorder('q');
    start(recorder);
    await doneAll(recorder, idsOf(jobs(3)));
    expect(recorder.batches).toHaveLength(1);
  });
});
