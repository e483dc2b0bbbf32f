/**
 * `npm run lifecycle`: sweeps now, or tells with `-- --dry-run` what a sweep would do. It needs the environment of the API,
 * which a `.env` file may hold.
 */
import { loadEnvFile } from './lib/env-file.mjs';
import { inProject } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { runCommand } from './lib/run.mjs';
import { runTool } from './lib/tool.mjs';

await runTool(async () => {
  await loadEnvFile(process.env);
  await prepare();
  const program = [inProject('dist/lifecycle.js'), ...process.argv.slice(2)];
  process.exitCode = (await runCommand(process.execPath, program, { show: true })).code;
});
