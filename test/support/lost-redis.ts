import type { Stack } from './stack.js';
import { waitUntil } from './wait-until.js';

const HOLD = 7_310_042;

/**
 * Has Redis die when so many changes of users are committing, and come back as it was once `work` is done with them: what
 * should follow such a commit in Redis is lost.
 */
export async function losingRedisAtCommit<T>(
  stack: Stack,
  commits: number,
  work: () => Promise<T>,
): Promise<T> {
  await stack.sql(
    `CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql
     AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${HOLD}); RETURN NULL; END $$`,
  );
  await stack.sql(
    `CREATE CONSTRAINT TRIGGER hold_commit AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED
     FOR EACH ROW EXECUTE FUNCTION hold_commit()`,
  );
  const holder = await stack.database.connect();
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [HOLD]);
    const working = work();
    await waitUntil('all are committing', async () => (await waiting(stack)) === commits);
    await stack.redisServer.kill();
    await holder.query('SELECT pg_advisory_unlock($1)', [HOLD]);
    return await working;
  } finally {
    // Its lock goes with the connection.
    holder.release(true);
    await stack.sql('DROP FUNCTION hold_commit CASCADE');
    await stack.restartRedis();
  }
}

const waiting = async (stack: Stack): Promise<number> =>
  (
    await stack.sql(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
    )
  ).length;
