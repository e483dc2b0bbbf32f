import type { QueueStats } from './queue-inspection.types.js';

/** The queues at one moment. */
export interface Seen {
  atMs: number;
  queues: (QueueStats & { name: string })[];
}

const HEAD = ['queue', 'waiting', 'oldest', 'active', 'delayed', 'failed', 'done', 'a second', ''];

/** A table for the terminal; with an earlier look it also tells how many jobs are done a second. */
export function queueTable(seen: Seen, before?: Seen): string {
  const rows = seen.queues.map((queue) => [
    queue.name,
    ...[queue.waiting, ageText(queue.oldestWaitingMs), queue.active, queue.delayed].map(String),
    ...[queue.failed, queue.completed, rateOf(queue, seen, before)].map(String),
    queue.paused ? 'paused' : '',
  ]);
  const widths = HEAD.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [HEAD, ...rows]
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rateOf({ name, completed }: Seen['queues'][number], seen: Seen, before?: Seen): string {
  const earlier = before?.queues.find((queue) => queue.name === name);
  if (!before || !earlier || completed < earlier.completed) return '';
  return String(Math.round(((completed - earlier.completed) * 1_000) / (seen.atMs - before.atMs)));
}

function ageText(ms: number | null): string {
  if (ms === null) return '';
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}
