import type { Stack } from './stack.js';

/** As if PostgreSQL were away just when a job is to be promised, and nothing of it came later. */
export async function withoutPromises<T>(stack: Stack, work: () => Promise<T>): Promise<T> {
  await stack.sql(
    `CREATE FUNCTION refuse_promise() RETURNS trigger LANGUAGE plpgsql
     AS $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = 'too_many_connections'; END $$`,
  );
  await stack.sql(`CREATE TRIGGER refuse_promise BEFORE INSERT ON outbox EXECUTE FUNCTION refuse_promise()`);
  try {
    return await work();
  } finally {
    await stack.sql('DROP FUNCTION refuse_promise CASCADE');
  }
}
