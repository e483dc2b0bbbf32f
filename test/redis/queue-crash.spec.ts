import { describe, expect, it } from '@jest/globals';
import { keys } from '../../src/redis/keys.js';
import { idsOf, jobs, QUICK, Recorder } from '../support/queue.js';
import { useQueue } from '../support/use-queue.js';
import { waitUntil } from '../support/wait-until.js';

describe('jobs of a worker that died', () => {
  const on = useQueue();

  /** The lease of a hand ends after 1 ms; then anybody's tending returns what it held. */
  const recover = async () => {
    const isWaiting = async () => {
      await on.queue.hand('q', 'tender', 60_000).tend();
      return (await on.queue.stats('q')).active === 0;
    };
    await waitUntil('recovered', isWaiting);
  };

  it('come back in order, at the front, each to run alone, and the dead worker is forgotten', async () => {
    await on.queue.queues.enqueue('q', jobs(4));
    expect(await on.queue.hand('q', 'dead').take(2)).toHaveLength(2);
    await recover();
    expect(await on.redis.redis.zrange(keys.queue.workers('q'), '0', '-1')).toEqual(['tender']);
    const held = await on.queue.hand('q', 'next').take(10);
    expect(held.map(({ id }) => id)).toEqual(idsOf(jobs(4)));
    expect(held.map(({ alone, crashes }) => [alone, crashes])).toEqual([
      [true, 0],
      [true, 0],
      [false, 0],
      [false, 0],
    ]);
  });

  it('are done by a worker that lives, within the lease and a tending', async () => {
    await on.queue.queues.enqueue('q', jobs(5));
    await on.queue.hand('q', 'dead', 300).take(5);
    const recorder = new Recorder('q');
    on.queue.workers.start(recorder, QUICK);
    await waitUntil('done', () => recorder.done.length === 5, 2_000);
    await waitUntil('acknowledged', async () => (await on.queue.stats('q')).active === 0);
    expect(recorder.batches).toEqual(idsOf(jobs(5)).map((id) => [id]));
  });

  it('fail when they end their worker three times alone, and take no neighbour with them', async () => {
    const poison = 'job-17';
    await on.queue.queues.enqueue('q', jobs(50));
    await on.queue.hand('q', 'dead-together').take(50);
    await recover();
    for (const crash of [1, 2, 3]) {
      const hand = on.queue.hand('q', `dead-${crash}`);
      await hand.take(50);
      expect(await hand.mark(poison)).toBe(true);
      await recover();
      expect(await on.redis.redis.hget(keys.queue.job('q', poison), 'crashes')).toBe(String(crash));
    }
    const recorder = new Recorder('q');
    on.queue.workers.start(recorder, QUICK);
    await waitUntil('failed', async () => (await on.queue.stats('q')).failed === 1);
    await waitUntil('done', () => recorder.done.length === 49);
    expect(recorder.givenUp).toEqual([`${poison}: its worker ended 3 times while it ran alone`]);
    expect(recorder.done).toEqual(idsOf(jobs(50)).filter((id) => id !== poison));
  });

  it('stay in the hands of those that live when Redis was away for longer than a lease', async () => {
    await on.queue.queues.enqueue('q', jobs(3));
    const workers = keys.queue.workers('q');
    const living = ['ada', 'bob'].map((id) => on.queue.hand('q', id, 300));
    for (const [at, hand] of living.entries()) {
      await hand.take(1);
      expect(await hand.mark(`job-${at}`)).toBe(true);
    }
    await on.queue.hand('q', 'dead', 300).take(1);
    // All that Redis knows of it afterwards: nobody has renewed a lease.
    await waitUntil('all have ended', async () => {
      const [seconds, micros] = await on.redis.redis.time();
      return (
        (await on.redis.redis.zcount(workers, Number(seconds) * 1_000 + Number(micros) / 1_000, '+inf')) === 0
      );
    });
    const held = async () => {
      const active = (id: string) => on.redis.redis.lrange(keys.queue.active('q', id), 0, -1);
      return await Promise.all(['ada', 'bob', 'dead'].map(active));
    };
    await living[0]?.tend();
    expect(await held()).toEqual([['job-0'], ['job-1'], ['job-2']]);
    // The dead has as long again to come back; then its jobs are taken.
    await waitUntil('taken', async () => {
      for (const hand of living) await hand.tend();
      return (await held())[2]?.length === 0;
    });
    expect(await held()).toEqual([['job-0'], ['job-1'], []]);
    expect(await on.redis.redis.hget(keys.queue.job('q', 'job-1'), 'crashes')).toBe('0');
  });

  it('are left to their new holder when the old one was only frozen', async () => {
    await on.queue.queues.enqueue('q', jobs(3));
    const frozen = on.queue.hand('q', 'frozen');
    await frozen.take(3);
    await recover();
    const next = on.queue.hand('q', 'next', 60_000);
    await next.take(3);

    await frozen.ack(['job-0']);
    await frozen.retry([{ id: 'job-1', delayMs: 1, counts: true, error: 'late' }]);
    await frozen.bury('job-2', 3, 'late');
    expect(await frozen.mark('job-0')).toBe(false);
    expect(await frozen.release()).toBe(0);

    expect(await on.queue.stats('q')).toEqual({ waiting: 0, active: 3, delayed: 0, failed: 0 });
    expect((await next.take(3)).map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
    await next.ack(idsOf(jobs(3)));
    expect(await on.redis.redis.keys('*job:*')).toEqual([]);
  });
});
