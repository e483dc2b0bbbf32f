import { keys } from '../../src/redis/keys.js';
import type { ApiClient } from './api-client.js';
import type { Stack } from './stack.js';
import { waitUntil } from './wait-until.js';

const DAY_MS = 24 * 3_600_000;
const LAST_SEEN = keys.lifecycle.lastSeen('all');

/** Has a user not been there for so many days, whatever they did just now. */
export async function absent(stack: Stack, { user }: ApiClient, days: number): Promise<void> {
  await waitUntil(
    'what the user did just now is noted',
    async () => (await stack.redis.zscore(LAST_SEEN, user.userId)) !== null,
  );
  await stack.redis.zadd(LAST_SEEN, Date.now() - days * DAY_MS, user.userId);
  await stack.sql(`UPDATE users SET last_active_at = now() - make_interval(secs => $2) WHERE id = $1`, [
    user.userId,
    days * 24 * 3600,
  ]);
}

/** Sweeps as an operator does. @returns what the command told */
export async function sweepNow(stack: Stack): Promise<string> {
  const { code, stderr } = await stack.run('dist/lifecycle.js');
  if (code !== 0) throw new Error(`The sweep ended with ${String(code)}: ${stderr}`);
  return stderr;
}

/** Who is dormant. */
export async function dormantIds(stack: Stack): Promise<string[]> {
  const rows = await stack.sql<{ id: string }>(
    'SELECT id FROM users WHERE dormant_since IS NOT NULL ORDER BY id',
  );
  return rows.map(({ id }) => id);
}
