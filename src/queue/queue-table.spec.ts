import { describe, expect, it } from '@jest/globals';
import type { QueueStats } from './queue-inspection.types.js';
import { queueTable } from './queue-table.js';

const queue = (name: string, stats: Partial<QueueStats>) => ({
  ...{ name, waiting: 0, active: 0, delayed: 0, failed: 0, completed: 0, failures: 0 },
  ...{ paused: false, oldestWaitingMs: null, ...stats },
});

describe('the table of queues', () => {
  it('shows each queue in a line, and what it has done a second since the last look', () => {
    const before = { atMs: 10_000, queues: [queue('mail.send', { completed: 100 })] };
    const seen = {
      atMs: 12_000,
      queues: [
        queue('mail.send', { waiting: 12, oldestWaitingMs: 130_000, completed: 150 }),
        queue('quiz.import', { paused: true }),
      ],
    };
    expect(queueTable(seen, before).split('\n')).toEqual([
      'queue        waiting  oldest  active  delayed  failed  done  a second',
      'mail.send         12   2 min       0        0       0   150        25',
      'quiz.import        0               0        0       0     0            paused',
    ]);
  });

  it('tells no rate at the first look, nor when Redis has forgotten what was done', () => {
    const seen = { atMs: 1, queues: [queue('mail.send', { completed: 7 })] };
    expect(queueTable(seen)).not.toContain('NaN');
    const before = { atMs: 0, queues: [queue('mail.send', { completed: 90 })] };
    expect(queueTable(seen, before).split('\n')[1]).toMatch(/ 7$/);
  });
});
