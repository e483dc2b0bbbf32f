import type { Run } from '../../src/jobs/run-log.service.js';
import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from './api-client.js';
import type { Stack } from './stack.js';
import { waitUntil } from './wait-until.js';

/** Longer than from a sign of life to its note. */
const NOTED_MS = 3_000;
const DAY_MS = 24 * 3_600_000;
const LAST_SEEN = keys.lifecycle.lastSeen('all');

/** Has a user not been there for so many days, whatever they did just now. */
export async function absent(stack: Stack, { user }: ApiClient, days: number): Promise<void> {
  const until = Date.now() + NOTED_MS;
  // Who was noted within a minute is not again, though Redis may have been emptied since.
  await waitUntil(
    'what the user did just now is noted',
    async () => (await stack.redis.zscore(LAST_SEEN, user.userId)) !== null || Date.now() > until,
  );
  await stack.redis.zadd(LAST_SEEN, Date.now() - days * DAY_MS, user.userId);
  await stack.sql(`UPDATE users SET last_active_at = now() - make_interval(secs => $2) WHERE id = $1`, [
    user.userId,
    days * 24 * 3600,
  ]);
}

/** Has a worker sweep now. @returns how long that took in ms, and how many fell dormant */
export async function sweepNow(
  stack: Stack,
  withinMs = 60_000,
): Promise<{ durationMs: number; dormant: number }> {
  const runs = keys.jobs.runs('all');
  const sweeps = ['last-seen', 'dormancy-warnings', 'dormancy'];
  await waitUntil(
    'no sweep is under way',
    async () => (await stack.redis.exists(keys.jobs.turn('lifecycle'))) === 0,
  );
  await stack.redis.hdel(runs, ...sweeps);
  let took: Run[] = [];
  await waitUntil(
    'a worker has swept',
    async () => {
      const texts = await stack.redis.hmget(runs, ...sweeps);
      took = texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as Run]));
      return took.length === sweeps.length && took.every(({ outcome }) => outcome === 'done');
    },
    withinMs,
  );
  const durationMs = took.reduce((sum, run) => sum + run.durationMs, 0);
  return { durationMs, dormant: took.at(-1)?.done['dormant'] ?? 0 };
}

/** Who is dormant. */
export async function dormantIds(stack: Stack): Promise<string[]> {
  const rows = await stack.sql<{ id: string }>(
    'SELECT id FROM users WHERE dormant_since IS NOT NULL ORDER BY id',
  );
  return rows.map(({ id }) => id);
}
