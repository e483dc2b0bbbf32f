import { patience } from '../database/patience.js';
import { unavailable } from './errors.js';
import { GroupCommit } from './group-commit.js';

/**
 * Reads what is asked for together in one statement: a client may ask for 200 topics at once. What is asked is read after
 * it was asked, never answered by a statement that was under way.
 * @param readAll answers for each, in order
 * @param most how many a statement reads, and how long anybody waits: by default an outage is told within a second
 */
export function gathered<Asked, Found>(
  readAll: (all: Asked[]) => Promise<Found[]>,
  most: { atOnce: number; patienceMs: number } = { atOnce: 500, patienceMs: patience.answerMs },
): (asked: Asked) => Promise<Found> {
  const reads = new GroupCommit<Asked, Found>({
    ...{ maxSize: most.atOnce, parallel: 2, patienceMs: most.patienceMs },
    conflictKeys: () => [],
    write: async (all) => (await readAll(all)).map((value) => ({ ok: true as const, value })),
    tooLate: () => unavailable('PostgreSQL'),
  });
  return async (asked) => await reads.submit(asked);
}
