/** `npm run migrate`: brings the database of `DATABASE_URL` to the state of `prisma/migrations`. */
import { loadEnvFile } from './lib/env-file.mjs';
import { migrate } from './lib/migrations.mjs';
import { reachPostgres } from './lib/postgres-reach.mjs';
import { ToolError } from './lib/run.mjs';
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  await loadEnvFile(process.env);
  const url = process.env.DATABASE_URL;
  if (!url) throw new ToolError('DATABASE_URL is not set: it says which database to migrate.');
  await reachPostgres(url);
  const applied = await migrate(url);
  for (const name of applied) console.log(`applied ${name}`);
  console.log(
    applied.length === 0 ? 'The database is up to date.' : `${applied.length} migration(s) applied.`,
  );
});
