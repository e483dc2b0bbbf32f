import path from 'node:path';
import { throwIfInterrupted } from './interrupt.mjs';
import { reachPostgres } from './postgres-reach.mjs';
import { startPostgres } from './postgres-store.mjs';
import { withoutPassword } from './postgres-url.mjs';
import { reachRedis } from './redis-reach.mjs';
import { needRedis, startRedis } from './redis-store.mjs';
import { print, step } from './terminal.mjs';

/** Preferred, so that a restart or a look inside with redis-cli finds them where they were. */
const redisPort = 16379;
const postgresPort = 15432;
/** A store that is given is expected to be there. */
const bound = { withinMs: 10_000 };

/**
 * The Redis of `REDIS_URL`, else one of our own in `DIR/redis`.
 * @param {{ env: NodeJS.ProcessEnv, dir: string, stack: import('./stack.mjs').Stack }} context
 * @returns {Promise<string>} its URL
 */
export async function openRedis({ env, dir, stack }) {
  const given = env.REDIS_URL;
  if (given) {
    await step(`Using Redis at ${withoutPassword(given)} (REDIS_URL)`, () => reachRedis(given, bound));
    return given;
  }
  await needRedis(step);
  throwIfInterrupted();
  const start = (port) =>
    startRedis({ dir: path.join(dir, 'redis'), ...(port ? { port } : { preferredPort: redisPort }) });
  const { url } = await step('Starting Redis', () => keepRunning('Redis', start, stack));
  return url;
}

/**
 * The PostgreSQL of `DATABASE_URL`, else one of our own in `DIR/postgres`.
 * @param {Parameters<typeof openRedis>[0]} context
 * @returns {Promise<string>} its URL
 */
export async function openPostgres({ env, dir, stack }) {
  const given = env.DATABASE_URL;
  if (given) {
    await step(`Using PostgreSQL at ${withoutPassword(given)} (DATABASE_URL)`, () =>
      reachPostgres(given, bound),
    );
    return given;
  }
  const start = (port = postgresPort) => startPostgres({ dir, port });
  const { url } = await step('Starting PostgreSQL', () => keepRunning('PostgreSQL', start, stack));
  return url;
}

/** A store that dies is started again where it was; nothing that it confirmed is lost. */
async function keepRunning(name, start, stack) {
  let store = await start();
  const watch = async () => {
    while (!stack.stopping) {
      await store.exited;
      if (stack.stopping) return;
      print(`${name} ended; starting it again on port ${store.port}`);
      store = await start(store.port);
    }
  };
  const watching = watch().catch((error) => print(`${name} could not be started again: ${error.message}`));
  stack.add(async () => {
    await store.stop();
    await watching;
  });
  return store;
}
