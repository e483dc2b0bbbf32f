import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';
import { REDIS } from '../redis/redis.tokens.js';
import { call, ScriptRunner } from '../redis/script-runner.js';
import { parseJson, priorityOf } from './held-job.js';
import type { Progress } from './job.js';
import type { JobList, JobRecord, JobState, QueueStats } from './queue-inspection.types.js';
import { FAILED_KEPT_MS } from './queue.options.js';
import { removeScript, reviveScript, statsScript, waitingLists } from './queue.scripts.js';

const REVIVED_AT_ONCE = 500;
const own = keys.queue;

interface Found {
  id: string;
  dueAt?: number;
}

/** The operator's side of every queue. */
@Injectable()
export class QueueInspector {
  constructor(
    private readonly scripts: ScriptRunner,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  /** How many jobs are in each state, of all these queues in one round trip. */
  async stats(queues: readonly string[]): Promise<QueueStats[]> {
    return await this.scripts.runAll(queues.map((queue) => call(statsScript, { queue })));
  }

  /**
   * Jobs in a state from a place on, those that come next, or came last, foremost. Places shift while jobs move; there are
   * fewer than `limit` where some were removed, or are gone.
   */
  async list(queue: string, state: JobState, offset: number, limit: number): Promise<JobList> {
    if (state === 'completed') return await this.completed(queue, offset, limit);
    const found = await this.find[state](queue, offset, limit + 1);
    return { jobs: await this.records(queue, found.slice(0, limit)), hasMore: found.length > limit };
  }

  /** Workers finish what they are at, and take nothing more. */
  async pause(queue: string): Promise<void> {
    await this.redis.set(own.paused(queue), '1');
  }

  async resume(queue: string): Promise<void> {
    await this.redis.del(own.paused(queue));
  }

  /** @returns whether the job was among those given up */
  async retry(queue: string, id: string): Promise<boolean> {
    return (await this.scripts.run(reviveScript, { queue, ids: [id], keepMs: FAILED_KEPT_MS })) === 1;
  }

  /** All that were given up so far. @returns how many */
  async retryAll(queue: string): Promise<number> {
    let revived = 0;
    for (let left = await this.redis.zcard(own.failed(queue)); left > 0; left -= REVIVED_AT_ONCE) {
      const ids = await this.redis.zrange(
        own.failed(queue),
        '0',
        String(Math.min(left, REVIVED_AT_ONCE) - 1),
      );
      revived += await this.scripts.run(reviveScript, { queue, ids, keepMs: FAILED_KEPT_MS });
    }
    return revived;
  }

  /** @returns `active` when a worker is at it, and nothing was done */
  async remove(queue: string, id: string): Promise<'removed' | 'active' | 'absent'> {
    const outcome = await this.scripts.run(removeScript, { queue, id, keepMs: FAILED_KEPT_MS });
    return outcome === 'flagged' ? 'removed' : outcome;
  }

  private readonly find = {
    waiting: async (queue: string, offset: number, limit: number): Promise<Found[]> => {
      const found: string[] = [];
      let skip = offset;
      for (const list of waitingLists(queue)) {
        if (found.length === limit) break;
        // The right end is the front.
        const [from, to] = [-1 - skip, -(skip + limit - found.length)];
        const [ids, length] = await this.range(list, to, from);
        found.push(...ids.reverse());
        skip = Math.max(0, skip - length);
      }
      return found.map((id) => ({ id }));
    },
    active: async (queue: string, offset: number, limit: number): Promise<Found[]> => {
      const workers = await this.redis.zrange(own.workers(queue), '0', '-1');
      const lists = await Promise.all(workers.map((id) => this.redis.lrange(own.active(queue, id), 0, -1)));
      return lists.flatMap((ids) => ids.reverse().map((id) => ({ id }))).slice(offset, offset + limit);
    },
    delayed: async (queue: string, offset: number, limit: number): Promise<Found[]> => {
      const flat = await this.redis.zrange(own.delayed(queue), ...places(offset, limit), 'WITHSCORES');
      return flat.flatMap((id, at) => (at % 2 === 0 ? [{ id, dueAt: Number(flat[at + 1]) }] : []));
    },
    failed: async (queue: string, offset: number, limit: number): Promise<Found[]> => {
      const ids = await this.redis.zrange(own.failed(queue), ...places(offset, limit), 'REV');
      return ids.map((id) => ({ id }));
    },
  };

  private async range(list: Key, from: number, to: number): Promise<[ids: string[], length: number]> {
    const replies = await this.redis.multi().lrange(list, from, to).llen(list).exec();
    const [ids, length] = (replies ?? []).map(([, reply]) => reply) as [string[], number];
    return [ids, length];
  }

  private async records(queue: string, found: Found[]): Promise<JobRecord[]> {
    const pipeline = this.redis.pipeline();
    for (const { id } of found) pipeline.hgetall(own.job(queue, id));
    const replies = (await pipeline.exec()) ?? [];
    return found.flatMap(({ id, dueAt }, at) => {
      const [error, fields] = replies[at] ?? [];
      if (error) throw error;
      const job = (fields ?? {}) as Record<string, string>;
      return job['data'] === undefined || job['removed'] === '1' ? [] : [recordOf(id, job, dueAt)];
    });
  }

  private async completed(queue: string, offset: number, limit: number): Promise<JobList> {
    const entries = await this.redis.xrevrange(own.completed(queue), '+', '-', 'COUNT', offset + limit + 1);
    const jobs = entries.slice(offset, offset + limit).map(([, flat]) => {
      const fields = Object.fromEntries(
        flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : [])),
      );
      return recordOf(fields['id'] ?? '', fields);
    });
    return { jobs, hasMore: entries.length > offset + limit };
  }
}

const places = (offset: number, limit: number): [string, string] => [
  String(offset),
  String(offset + limit - 1),
];

const recordOf = (id: string, job: Partial<Record<string, string>>, dueAt?: number): JobRecord => ({
  ...{ id, data: parseJson(job['data'] ?? ''), priority: priorityOf(job['priority']) },
  ...{ attempts: Number(job['attempts'] ?? 0), error: job['error'] ?? null },
  history: (parseJson(job['history'] ?? '') ?? []) as JobRecord['history'],
  progress: (parseJson(job['progress'] ?? '') ?? null) as Progress | null,
  enqueuedAt: Number(job['enqueuedAt'] ?? 0),
  ...{ dueAt: dueAt ?? null, failedAt: momentOf(job['failedAt']), completedAt: momentOf(job['completedAt']) },
});

const momentOf = (field: string | undefined): number | null => (field === undefined ? null : Number(field));
