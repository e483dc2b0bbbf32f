/**
 * `npm run dev`: as `npm start`, but src/ is compiled whenever it changes, and then the API and the worker start
 * anew, from what the compiler wrote. A compilation with errors shows them and leaves the last good one running.
 */
import { announce } from './lib/announce.mjs';
import { appEnvironments, choosePort } from './lib/app-env.mjs';
import { loadEnvFile } from './lib/env-file.mjs';
import { stopLeftOvers } from './lib/left-overs.mjs';
import { dataDirOf } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { seed } from './lib/seed.mjs';
import { runStack } from './lib/stack.mjs';
import { print, step } from './lib/terminal.mjs';
import { watchSources } from './lib/watch-sources.mjs';

const env = { ...process.env };
await loadEnvFile(env);
env.LOG_LEVEL ||= 'info';
const dir = dataDirOf(env);

await runStack(dir, async (stack) => {
  await stopLeftOvers(dir);
  const port = await choosePort(env);
  await prepare();
  const { openServices } = await import('./lib/services.mjs');
  const services = await openServices({ env, dir, stack });
  const environments = await appEnvironments(env, { dir, port, ...services });
  const accounts = await seed({ env, appEnv: environments.api, dir });

  /** @type {import('./lib/supervisor.mjs').SupervisedProgram[]} */
  let programs = [];
  let turn = Promise.resolve();
  const restart = () => {
    const all = async () => void (await Promise.all(programs.map((program) => program.restart())));
    turn = turn.then(all).catch((error) => print(error.message));
  };
  await step(
    'Compiling src/, from now on at every change',
    () => new Promise((resolve) => watchSources({ dir, env, stack, onBuilt: () => (restart(), resolve()) })),
  );
  const { startApplication } = await import('./lib/application.mjs');
  const start = () => startApplication({ environments, from: 'build', dir, stack });
  programs = await step('Starting the API and the worker', start);
  announce({ port, dir, accounts, ...services });
});
