import { describe, expect, it } from '@jest/globals';
import type { JobInput, Priority } from '../../src/queue/job.js';
import { keys } from '../../src/redis/keys.js';
import { idsOf, jobs, QUICK, Recorder } from '../support/queue.js';
import { useQueue } from '../support/use-queue.js';
import { waitUntil } from '../support/wait-until.js';

describe('the order of jobs', () => {
  const on = useQueue();

  const of = (priority: Priority, count: number): JobInput[] =>
    jobs(count, priority).map((job) => ({ ...job, priority }));
  const taken = async (count: number) => {
    const held = await on.queue.hand('q', 'w', 60_000).take(count);
    await on.queue.hand('q', 'w', 60_000).ack(held.map(({ id }) => id));
    return held;
  };
  const isDone = async (recorder: Recorder, count: number) =>
    await waitUntil(`${count} done`, () => recorder.done.length === count);

  it('is that of enqueueing within a priority, and tells it', async () => {
    for (const priority of ['low', 'normal', 'high'] as const)
      await on.queue.queues.enqueue('q', of(priority, 20));
    const held = await taken(60);
    for (const priority of ['low', 'normal', 'high'] as const)
      expect(held.filter((job) => job.priority === priority).map(({ id }) => id)).toEqual(
        idsOf(of(priority, 20)),
      );
  });

  it('gives high ones most turns, and starves nobody', async () => {
    for (const priority of ['low', 'normal', 'high'] as const)
      await on.queue.queues.enqueue('q', of(priority, 200));
    const counts = { high: 0, normal: 0, low: 0 };
    for (const { priority } of await taken(130)) counts[priority] += 1;
    expect(counts).toEqual({ high: 80, normal: 40, low: 10 });
  });

  it.each([['high'], ['low']] as const)('leaves no turn unused when only %s ones wait', async (priority) => {
    await on.queue.queues.enqueue('q', of(priority, 30));
    expect(idsOf(await taken(100))).toEqual(idsOf(of(priority, 30)));
  });

  it.each([['high'], ['low']] as const)('wakes an idle worker at once for a %s one', async (priority) => {
    const recorder = new Recorder('q');
    on.queue.workers.start(recorder, { ...QUICK, waitMs: 5_000, leaseMs: 20_000 });
    const isIdle = async () =>
      /cmd=blpop/.test(String(await on.redis.redis.client('LIST'))) && recorder.done.length === 0;
    await waitUntil('it waits', isIdle);
    const began = performance.now();
    await on.queue.queues.enqueue('q', of(priority, 1));
    await isDone(recorder, 1);
    expect(performance.now() - began).toBeLessThan(2_500);
  });

  it('wakes as many workers as there are jobs', async () => {
    const recorders: Recorder[] = [];
    const all = () => recorders.reduce((sum, { done }) => sum + done.length, 0);
    for (let count = 0; count < 4; count += 1) {
      const recorder = new Recorder('q', async () => await waitUntil('all have one', () => all() === 4));
      recorder.batchSize = 1;
      recorders.push(recorder);
    }
    for (const recorder of recorders)
      on.queue.workers.start(recorder, { ...QUICK, waitMs: 5_000, leaseMs: 20_000 });
    const waiting = async () =>
      String(await on.redis.redis.client('LIST')).match(/cmd=blpop/g)?.length === recorders.length;
    await waitUntil('all wait', waiting);
    await on.queue.queues.enqueue('q', jobs(4));
    await waitUntil('all at work', () => all() === 4);
    expect(recorders.map(({ done }) => done.length)).toEqual([1, 1, 1, 1]);
  });

  it('keeps the priority of jobs that failed, came back from a dead worker or were returned', async () => {
    await on.queue.queues.enqueue('q', of('high', 1));
    const priorityOf = async (worker: string) => {
      const [job] = await on.queue.hand('q', worker, 60_000).take(1);
      return job?.priority;
    };
    await on.queue.hand('q', 'dead').take(1);
    await waitUntil('recovered', async () => {
      await on.queue.hand('q', 'tender', 60_000).tend();
      return (await on.redis.redis.llen(keys.queue.waitingHigh('q'))) === 1;
    });
    expect(await priorityOf('stopping')).toBe('high');
    await on.queue.hand('q', 'stopping').release();
    expect(await on.redis.redis.llen(keys.queue.waitingHigh('q'))).toBe(1);
    expect(await priorityOf('failing')).toBe('high');
    await on.queue.hand('q', 'failing').retry([{ id: 'high-0', delayMs: 1, counts: true, error: 'not yet' }]);
    await waitUntil('due again', async () => {
      await on.queue.hand('q', 'tender', 60_000).tend();
      return (await on.redis.redis.llen(keys.queue.waitingHigh('q'))) === 1;
    });
  });

  it.each([-1, Number.NaN, 400 * 24 * 3_600_000])('refuses a delay of %s ms', async (delayMs) => {
    await expect(on.queue.queues.enqueue('q', [{ id: 'a', data: 1, delayMs }])).rejects.toThrow(RangeError);
  });
});
