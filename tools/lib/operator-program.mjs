import { loadEnvFile } from './env-file.mjs';
import { dataDirOf, inProject } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { runCommand } from './run.mjs';
import { addRunningEnv } from './running-env.mjs';
import { runTool } from './tool.mjs';

/**
 * Runs a program of dist/ for operators, with the arguments of this process. It needs the environment of the API, which a
 * `.env` file may hold; beside `npm start` it has that of its API.
 * @param {string} name such as `queues`
 */
export const runOperatorProgram = (name) =>
  runTool(async () => {
    await loadEnvFile(process.env);
    const isRunning = await addRunningEnv(process.env, dataDirOf(process.env));
    // What runs has been built.
    if (!isRunning) await prepare();
    const program = [inProject(`dist/${name}.js`), ...process.argv.slice(2)];
    process.exitCode = (await runCommand(process.execPath, program, { show: true })).code;
  });
