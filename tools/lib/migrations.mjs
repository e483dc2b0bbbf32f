import pg from 'pg';
import { readMigrations, readSchema } from './migration-files.mjs';
import { ToolError } from './run.mjs';
import { withSchemaEngine } from './schema-engine.mjs';

/** Held while migrating, so that processes starting together do not clash; any number nobody else uses. */
const migrationLock = 7_253_110_204n;
const lockWaitMs = 120_000;
const noFilter = { externalTables: [], externalEnums: [] };

/**
 * Brings a database to the state of `prisma/migrations`. Safe to run from several processes at once. A migration
 * that was begun and never finished has left nothing behind (each is one transaction), so it is tried again.
 * The table `_prisma_migrations` is Prisma's own: `prisma migrate deploy` may be used in its stead.
 * @param {string} databaseUrl
 * @returns {Promise<string[]>} the names of the migrations it applied
 * @throws {ToolError} naming the migration and PostgreSQL's reason
 */
export async function migrate(databaseUrl) {
  const [schema, migrationsList] = await Promise.all([readSchema(), readMigrations()]);
  return withLock(databaseUrl, () =>
    withSchemaEngine(databaseUrl, schema, async (engine) => {
      await forgetUnfinished(engine, migrationsList);
      const { appliedMigrationNames } = await engine
        .applyMigrations({ migrationsList, filters: noFilter })
        .catch(explain);
      return appliedMigrationNames;
    }),
  );
}

/**
 * The SQL that leads from the migrations to the present schema.
 * @param {string} databaseUrl a server on which a shadow database may be created; nothing else is touched
 * @returns {Promise<string | null>} null when nothing has changed
 */
export async function draftMigration(databaseUrl) {
  const [schema, migrationsList] = await Promise.all([readSchema(), readMigrations()]);
  return withSchemaEngine(databaseUrl, schema, async (engine) => {
    const { exitCode, stdout } = await engine
      .diff({
        from: { tag: 'migrations', ...migrationsList },
        to: { tag: 'schemaDatamodel', files: [schema] },
        script: true,
        exitCode: true,
        filters: noFilter,
      })
      .catch(explain);
    return exitCode === 2 ? stdout : null;
  });
}

async function forgetUnfinished(engine, migrationsList) {
  const { failedMigrationNames } = await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters: noFilter,
  });
  for (const migrationName of failedMigrationNames) {
    await engine.markMigrationRolledBack({ migrationName });
  }
}

async function withLock(databaseUrl, work) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET lock_timeout = ${lockWaitMs}`);
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    return await work();
  } finally {
    await client.end();
  }
}

function explain(error) {
  throw new ToolError(`Migrating failed.\n${error instanceof Error ? error.message : String(error)}`);
}
