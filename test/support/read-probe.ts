import type { Stack } from './stack.js';

const LOCK = 4_711;

/**
 * Counts how often a table is read, and can hold readers up in the middle of their statement, when their snapshot is
 * taken: the table becomes a view whose every scan passes a function. For tests that write to it no more.
 */
export class ReadProbe {
  private constructor(
    private readonly stack: Stack,
    private readonly table: string,
  ) {}

  static async on(stack: Stack, table: string): Promise<ReadProbe> {
    await stack.sql(`
      CREATE SEQUENCE probe_reads;
      CREATE FUNCTION probe_pass() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
        PERFORM nextval('probe_reads');
        PERFORM pg_advisory_lock_shared(${LOCK});
        PERFORM pg_advisory_unlock_shared(${LOCK});
        RETURN true;
      END $$;
      ALTER TABLE ${table} RENAME TO probed_${table};
      CREATE VIEW ${table} AS SELECT t.* FROM probed_${table} t, (SELECT probe_pass() AS passed OFFSET 0) p WHERE p.passed;`);
    return new ReadProbe(stack, table);
  }

  /** Statements that have read the table so far. */
  async reads(): Promise<number> {
    const [row] = await this.stack.sql<{ reads: number }>(
      'SELECT CASE WHEN is_called THEN last_value ELSE 0 END::int AS reads FROM probe_reads',
    );
    return row?.reads ?? 0;
  }

  /** Holds every reader up until the returned function is called. */
  async hold(): Promise<() => Promise<void>> {
    const client = await this.stack.database.connect();
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    return async () => {
      await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
      client.release();
    };
  }

  /** How many readers are held up. */
  async held(): Promise<number> {
    const [row] = await this.stack.sql<{ held: number }>(
      `SELECT count(*)::int AS held FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
    );
    return row?.held ?? 0;
  }

  async remove(): Promise<void> {
    await this.stack.sql(`
      DROP VIEW ${this.table};
      ALTER TABLE probed_${this.table} RENAME TO ${this.table};
      DROP FUNCTION probe_pass; DROP SEQUENCE probe_reads;`);
  }
}
