/**
 * `npm run migrate:new -- NAME`: writes the migration that leads from the present ones to `prisma/schema.prisma`.
 * Read it before committing it: a renamed column shows as one dropped and one added.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { migrationsDir } from './lib/migration-files.mjs';
import { draftMigration } from './lib/migrations.mjs';
import { startPostgres } from './lib/postgres-store.mjs';
import { ToolError } from './lib/run.mjs';
import { temporaryFolder } from './lib/temp-folder.mjs';
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  const name = process.argv[2] ?? '';
  if (!/^[a-z][a-z0-9_]{0,60}$/.test(name)) {
    throw new ToolError(
      'Name the migration in lower case and underscores:  npm run migrate:new -- add_quiz_tags',
    );
  }
  const sql = await draft();
  if (sql === null) return console.log('The migrations already lead to prisma/schema.prisma.');
  const folder = path.join(migrationsDir, `${timestamp()}_${name}`);
  await mkdir(folder);
  await writeFile(path.join(folder, 'migration.sql'), sql);
  console.log(`Wrote ${path.relative(process.cwd(), folder)}/migration.sql. Read it, then: npm run migrate`);
});

/** In a PostgreSQL of its own, so that no developer's data is near. */
async function draft() {
  const dir = await temporaryFolder('redistack-migration-');
  try {
    const postgres = await startPostgres({ dir, durable: false });
    return await draftMigration(postgres.url).finally(postgres.remove);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function timestamp() {
  return new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
}
