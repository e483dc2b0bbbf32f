import { loadEnvFile } from './env-file.mjs';
import { dataDirOf, inProject } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { runCommand } from './run.mjs';
import { runningEnv } from './running-env.mjs';
import { runTool } from './tool.mjs';

/**
 * Runs a program of dist/ for operators, with the arguments of this process. It needs the environment of the API, which a
 * `.env` file may hold; where that names no store, it is that of the `npm start` that runs here.
 * @param {string} name such as `queues`
 */
export const runOperatorProgram = (name) =>
  runTool(async () => {
    const { env } = process;
    await loadEnvFile(env);
    if (!env.REDIS_URL && !env.DATABASE_URL) Object.assign(env, runningEnv(dataDirOf(env)));
    await prepare();
    const program = [inProject(`dist/${name}.js`), ...process.argv.slice(2)];
    process.exitCode = (await runCommand(process.execPath, program, { show: true })).code;
  });
