/**
 * `npm start`: everything on one machine with Node.js alone. Installs and builds what is missing, brings up Redis,
 * PostgreSQL and a mail catcher unless REDIS_URL, DATABASE_URL or SMTP_URL name them, migrates, seeds a demo, starts
 * the API and the worker and keeps them running. Until packages are installed, only Node's own modules are used.
 */
import { announce } from './lib/announce.mjs';
import { appEnvironments, choosePort } from './lib/app-env.mjs';
import { loadEnvFile } from './lib/env-file.mjs';
import { stopLeftOvers } from './lib/left-overs.mjs';
import { dataDirOf } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { seed } from './lib/seed.mjs';
import { runStack } from './lib/stack.mjs';
import { step } from './lib/terminal.mjs';

const env = { ...process.env };
await loadEnvFile(env);
const dir = dataDirOf(env);

await runStack(dir, async (stack) => {
  await stopLeftOvers(dir);
  const port = await choosePort(env);
  await prepare();
  const { openServices } = await import('./lib/services.mjs');
  const services = await openServices({ env, dir, stack });
  const environments = await appEnvironments(env, { dir, port, ...services });
  const accounts = await seed({ env, appEnv: environments.api, dir });
  const { startApplication } = await import('./lib/application.mjs');
  await step('Starting the API and the worker', () =>
    startApplication({ environments, from: 'dist', dir, stack }),
  );
  announce({ port, dir, accounts, ...services });
});
