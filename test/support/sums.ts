import { scoreSubmission } from '../../src/quiz/submission.jobs.js';
import { keys } from '../../src/redis/keys.js';
import type { Stack } from './stack.js';
import { waitUntil } from './wait-until.js';

const AT_ONCE = 40;

/** What one user has, by every account that is kept of it. */
export interface Account {
  userId: string;
  ledger: number;
  postgres: number;
  profile: number;
  board: number;
}

/** Compares the ledger, the user's row, the profile and the board for every user with a scored submission. */
export async function accounts(stack: Stack): Promise<Account[]> {
  const rows = await stack.sql<{ userId: string; postgres: number; ledger: number }>(`
    SELECT u.id AS "userId", u.total_score AS postgres, sum(l.delta)::int AS ledger
    FROM users u JOIN ledger l ON l.user_id = u.id GROUP BY u.id ORDER BY u.id`);
  const client = await stack.admin();
  const found: Account[] = [];
  while (rows.length > 0) {
    const some = rows.splice(0, AT_ONCE).map(async (row) => {
      const profile = await client.get<{ totalScore: number }>(`/users/${row.userId}`);
      const board = await client.get<{ score: number }>(`/leaderboards/global/users/${row.userId}`);
      return { ...row, profile: profile.body.totalScore, board: board.body.score };
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
}

/** Waits until nothing is queued in PostgreSQL any more and no worker is at what follows in Redis. */
export async function untilScored(stack: Stack, withinMs = 30_000): Promise<void> {
  await waitUntil(
    'every submission is scored',
    async () => {
      const [row] = await stack.sql<{ left: number }>(
        `SELECT count(*)::int AS left FROM submissions WHERE status = 'queued'`,
      );
      return row?.left === 0 && !(await isScoring(stack));
    },
    withinMs,
  );
}

/** Whether a worker has a submission that it has not finished. */
async function isScoring({ redis }: Stack): Promise<boolean> {
  const workers = await redis.zrange(keys.queue.workers(scoreSubmission.name), '0', '-1');
  const active = workers.map(async (id) => await redis.llen(keys.queue.active(scoreSubmission.name, id)));
  return (await Promise.all(active)).some((count) => count > 0);
}

/** The accounts that do not agree; empty when all do. */
export const disagreeing = (list: Account[]): Account[] =>
  list.filter(({ ledger, postgres, profile, board }) => new Set([ledger, postgres, profile, board]).size > 1);
