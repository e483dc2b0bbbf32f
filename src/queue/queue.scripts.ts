import type { Key } from '../redis/key.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../redis/lua-script.js';
import { heldJob, type JobFields } from './held-job.js';
import type { Priority } from './job.js';
import type { QueueStats } from './queue-inspection.types.js';

const file = (name: string) => new URL(`./lua/${name}.lua`, import.meta.url);
const own = keys.queue;
// Jobs' keys are not known before a script has taken their ids; all are in the slot of this prefix.
const jobPrefix = (queue: string) => own.job(queue, '');
const activePrefix = (queue: string) => own.active(queue, '');

/** Where jobs wait, the lists that go first foremost. */
export const waitingLists = (queue: string): [Key, Key, Key] => [
  own.waitingHigh(queue),
  own.waiting(queue),
  own.waitingLow(queue),
];

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

/** A job to be queued. */
export interface Entry {
  id: string;
  json: string;
  priority: Priority;
  delayMs: number;
}

export const enqueueScript = luaScript({
  url: file('enqueue'),
  keys: ({ queue }: { queue: string; jobs: Entry[] }) => [
    ...waitingLists(queue),
    ...[own.delayed(queue), own.workers(queue), own.bell(queue), own.paused(queue), jobPrefix(queue)],
  ],
  args: ({ jobs }) => jobs.flatMap(({ id, json, priority, delayMs }) => [id, json, priority, delayMs]),
  reply: Number,
});

export const takeScript = luaScript({
  url: file('take'),
  keys: ({ queue, workerId }: Leased & { batchSize: number }) => [
    ...waitingLists(queue),
    ...[own.active(queue, workerId), own.workers(queue), own.paused(queue), own.counts(queue)],
    jobPrefix(queue),
  ],
  args: ({ workerId, leaseMs, batchSize }) => [workerId, leaseMs, batchSize],
  reply: (raw) => (raw as JobFields[]).map(heldJob),
});

export const noteScript = luaScript({
  url: file('note'),
  keys: ({ queue, workerId, id }: WorkerOf & Note) => [own.active(queue, workerId), own.job(queue, id)],
  args: ({ id, fields }) => [id, ...Object.entries(fields).flat()],
  reply: (raw) => raw === 1,
});

interface Note {
  id: string;
  fields: Record<string, string | number>;
}

export const ackScript = luaScript({
  url: file('ack'),
  keys: ({ queue, workerId }: WorkerOf & Acknowledged) => [
    ...[own.active(queue, workerId), own.completed(queue), own.counts(queue), jobPrefix(queue)],
  ],
  args: ({ ids, keep, keepMs, dataBytes }) => [keep, keepMs, dataBytes, ...ids],
  reply: Number,
});

interface Acknowledged {
  ids: string[];
  /** How many that are done are noted; 0 for jobs that were not done. */
  keep: number;
  keepMs: number;
  dataBytes: number;
}

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
    ...[own.active(queue, workerId), own.failed(queue), own.counts(queue), jobPrefix(queue)],
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
    ...waitingLists(queue),
    ...[own.delayed(queue), own.workers(queue), own.bell(queue), jobPrefix(queue), activePrefix(queue)],
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
    ...waitingLists(queue),
    ...[own.active(queue, workerId), own.workers(queue), own.bell(queue), jobPrefix(queue)],
  ],
  args: ({ workerId }) => [workerId],
  reply: Number,
});

export const statsScript = luaScript({
  url: file('stats'),
  keys: ({ queue }: { queue: string }) => [
    ...waitingLists(queue),
    ...[own.delayed(queue), own.failed(queue), own.workers(queue), own.paused(queue), own.counts(queue)],
    ...[activePrefix(queue), jobPrefix(queue)],
  ],
  args: () => [],
  reply: (raw): QueueStats => {
    const [waiting, active, delayed, failed, completed, failures, paused, oldestMs] = raw as Eight;
    return {
      ...{ waiting, active, delayed, failed, completed, failures, paused: paused === 1 },
      oldestWaitingMs: oldestMs < 0 ? null : oldestMs,
    };
  },
});

type Eight = [number, number, number, number, number, number, number, number];

export const removeScript = luaScript({
  url: file('remove'),
  keys: ({ queue, id }: { queue: string; id: string; keepMs: number }) => [
    ...waitingLists(queue),
    ...[own.delayed(queue), own.failed(queue), own.workers(queue), own.bell(queue), own.job(queue, id)],
    activePrefix(queue),
  ],
  args: ({ id, keepMs }) => [id, keepMs],
  reply: (raw) => raw as 'removed' | 'flagged' | 'active' | 'absent',
});

export const reviveScript = luaScript({
  url: file('revive'),
  keys: ({ queue }: { queue: string; ids: string[]; keepMs: number }) => [
    ...waitingLists(queue),
    ...[own.failed(queue), own.workers(queue), own.bell(queue), jobPrefix(queue)],
  ],
  args: ({ ids, keepMs }) => [keepMs, ...ids],
  reply: Number,
});
