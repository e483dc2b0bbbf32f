import { inProject } from './paths.mjs';
import { SupervisedProgram } from './supervisor.mjs';
import { ToolError } from './run.mjs';
import { noteRunningEnv } from './running-env.mjs';
import { waitFor } from './wait.mjs';

const readyWithinMs = 60_000;
/** A worker has no address to ask; one that cannot work ends sooner than this. */
const provenMs = 1000;

/**
 * Starts the API and the worker and waits until both are up. From then on they are kept running.
 * @param {{ environments: { api: NodeJS.ProcessEnv, worker: NodeJS.ProcessEnv }, from: 'dist' | 'build', dir: string,
 *   stack: import('./stack.mjs').Stack }} options `from`: the folder of the programs
 * @returns {Promise<SupervisedProgram[]>}
 */
export async function startApplication({ environments, from, dir, stack }) {
  const api = new SupervisedProgram({
    name: 'api',
    script: inProject(from, 'main.js'),
    env: environments.api,
    dir,
  });
  const worker = new SupervisedProgram({
    name: 'worker',
    script: inProject(from, 'worker.js'),
    env: environments.worker,
    dir,
  });
  stack.add(
    () => Promise.all([api.stop(), worker.stop()]),
    () => [api, worker].forEach((program) => program.kill()),
  );
  await Promise.race([comeUp(environments.api, worker), api.failed, worker.failed]);
  for (const program of [api, worker]) program.settled();
  const forget = noteRunningEnv(dir, environments.api);
  stack.add(async () => forget());
  return [api, worker];
}

async function comeUp(env, worker) {
  const url = `http://${hostToAsk(env.HOST)}:${env.PORT}/health/ready`;
  let last = 'no answer';
  const ask = async () => {
    last = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      (response) => (response.ok ? '' : `${response.status}`),
      (error) => error.cause?.code ?? error.name,
    );
    return last === '' && worker.uptimeMs > provenMs;
  };
  const failure = () =>
    new ToolError(`The API was not ready within ${readyWithinMs / 1000} s (${url}: ${last}).`);
  await waitFor(ask, { withinMs: readyWithinMs, everyMs: 100, failure });
}

function hostToAsk(host) {
  if (!host || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
