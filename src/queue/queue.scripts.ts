import { keys } from '../redis/keys.js';
import { luaScript } from '../redis/lua-script.js';
import { heldJob, type JobFields } from './held-job.js';
import type { JobInput, QueueStats } from './job.js';

const file = (name: string) => new URL(`./lua/${name}.lua`, import.meta.url);
const own = keys.queue;
// Jobs' keys are not known before a script has taken their ids; all are in the slot of this prefix.
const jobPrefix = (queue: string) => own.job(queue, '');
const activePrefix = (queue: string) => own.active(queue, '');

/** One worker of one queue. */
export interface WorkerOf {
  queue: string;
  workerId: string;
}

interface Leased extends WorkerOf {
  leaseMs: number;
}

export interface Retry {
  id: string;
  delayMs: number;
  /** Whether it counts as an attempt; an outage does not. */
  counts: boolean;
  error: string;
}

export const enqueueScript = luaScript({
  url: file('enqueue'),
  keys: ({ queue }: { queue: string; jobs: { id: JobInput['id']; json: string }[] }) => [
    own.waiting(queue),
    jobPrefix(queue),
  ],
  args: ({ jobs }) => jobs.flatMap(({ id, json }) => [id, json]),
  reply: Number,
});

export const takeScript = luaScript({
  url: file('take'),
  keys: ({ queue, workerId }: Leased & { batchSize: number }) => [
    own.waiting(queue),
    own.active(queue, workerId),
    own.workers(queue),
    jobPrefix(queue),
  ],
  args: ({ workerId, leaseMs, batchSize }) => [workerId, leaseMs, batchSize],
  reply: (raw) => (raw as JobFields[]).map(heldJob),
});

export const markScript = luaScript({
  url: file('mark'),
  keys: ({ queue, workerId, id }: WorkerOf & { id: string }) => [
    own.active(queue, workerId),
    own.job(queue, id),
  ],
  args: ({ id }) => [id],
  reply: (raw) => raw === 1,
});

export const ackScript = luaScript({
  url: file('ack'),
  keys: ({ queue, workerId }: WorkerOf & { ids: string[] }) => [
    own.active(queue, workerId),
    jobPrefix(queue),
  ],
  args: ({ ids }) => ids,
  reply: Number,
});

export const retryScript = luaScript({
  url: file('retry'),
  keys: ({ queue, workerId }: WorkerOf & { outagesUntilAlone: number; retries: Retry[] }) => [
    own.active(queue, workerId),
    own.delayed(queue),
    jobPrefix(queue),
  ],
  args: ({ outagesUntilAlone, retries }) => [
    outagesUntilAlone,
    ...retries.flatMap(({ id, delayMs, counts, error }) => [id, delayMs, Number(counts), error]),
  ],
  reply: Number,
});

export const buryScript = luaScript({
  url: file('bury'),
  keys: ({ queue, workerId }: WorkerOf & Burial) => [
    own.active(queue, workerId),
    own.failed(queue),
    jobPrefix(queue),
  ],
  args: ({ id, attempts, error, keep, keepMs }) => [id, attempts, error, keep, keepMs],
  reply: (raw) => raw === 1,
});

interface Burial {
  id: string;
  attempts: number;
  error: string;
  keep: number;
  keepMs: number;
}

export const tendScript = luaScript({
  url: file('tend'),
  keys: ({ queue }: Leased & { dueAtMost: number }) => [
    own.workers(queue),
    own.waiting(queue),
    own.delayed(queue),
    jobPrefix(queue),
    activePrefix(queue),
  ],
  args: ({ workerId, leaseMs, dueAtMost }) => [workerId, leaseMs, dueAtMost],
  reply: (raw) => {
    const [recovered, due] = raw as [number, number];
    return { recovered, due };
  },
});

export const releaseScript = luaScript({
  url: file('release'),
  keys: ({ queue, workerId }: WorkerOf) => [
    own.workers(queue),
    own.waiting(queue),
    own.active(queue, workerId),
    jobPrefix(queue),
  ],
  args: ({ workerId }) => [workerId],
  reply: Number,
});

export const statsScript = luaScript({
  url: file('stats'),
  keys: ({ queue }: { queue: string }) => [
    own.waiting(queue),
    own.delayed(queue),
    own.failed(queue),
    own.workers(queue),
    activePrefix(queue),
  ],
  args: () => [],
  reply: (raw): QueueStats => {
    const [waiting, active, delayed, failed] = raw as [number, number, number, number];
    return { waiting, active, delayed, failed };
  },
});
