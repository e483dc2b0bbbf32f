import type { Stack } from './stack.js';

/** As if PostgreSQL were away just when a row is to go into the table, and nothing of it came later. */
export async function refusingInserts<T>(
  stack: Stack,
  table: 'outbox' | 'audit_log',
  work: () => Promise<T>,
): Promise<T> {
  await stack.sql(
    `CREATE FUNCTION refuse_insert() RETURNS trigger LANGUAGE plpgsql
     AS $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = 'too_many_connections'; END $$`,
  );
  await stack.sql(`CREATE TRIGGER refuse_insert BEFORE INSERT ON ${table} EXECUTE FUNCTION refuse_insert()`);
  try {
    return await work();
  } finally {
    await stack.sql('DROP FUNCTION refuse_insert CASCADE');
  }
}
