import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { freePort } from './ports.mjs';
import {
  exitOf,
  isProcess,
  readQuietly,
  sendSignal,
  spawnApart,
  stopApart,
  stopProcess,
} from './processes.mjs';
import { reachRedis } from './redis-reach.mjs';
import { canInstallRedis, findRedis, installRedis, noRedis } from './redis-binary.mjs';
import { ToolError } from './run.mjs';

/**
 * @typedef {object} RedisStore
 * @property {string} url
 * @property {number} port
 * @property {number} pid
 * @property {string} dir
 * @property {Promise<void>} exited
 * @property {() => Promise<void>} stop asks it to end; what it was told is in its append-only file
 * @property {(signal?: NodeJS.Signals) => Promise<void>} kill for drills: by default SIGKILL, and waits for the end
 *   (SIGSTOP and SIGCONT only freeze and thaw it)
 */

const stopSteps = /** @type {[NodeJS.Signals, number][]} */ ([
  ['SIGTERM', 15_000],
  ['SIGKILL', 5000],
]);

/**
 * @param {(text: string, work: () => Promise<string>) => Promise<string>} [announce] shows what takes long
 * @returns {Promise<string>} a Redis (or Valkey) server program, installed first where that is possible
 */
export async function needRedis(announce = (_text, work) => work()) {
  const found = findRedis();
  if (found) return found;
  if (!canInstallRedis()) throw noRedis();
  return announce('Installing redis-server with apt-get (Redis was not found)', installRedis);
}

/**
 * Starts a Redis of our own on 127.0.0.1, in a process group of its own: append-only file synced every second, no
 * eviction. One left running in the same folder by an earlier start is stopped first, so starting again with the
 * same `dir` and `port` after a {@link RedisStore.kill} is a restart.
 * @param {{ dir: string, port?: number, preferredPort?: number, durable?: boolean, args?: string[] }} options
 *   `port`: exactly this one; `preferredPort`: if it is free; `durable: false` keeps nothing on disk; `args`: more
 *   for the command line, such as `['--maxmemory', '8mb']`
 * @returns {Promise<RedisStore>}
 */
export async function startRedis(options) {
  const program = await needRedis();
  const dir = path.resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  await stopLeftOver(dir);
  // Between choosing a free port and listening on it, somebody else may take it.
  for (let left = options.port ? 0 : 2; ; left -= 1) {
    const port = options.port ?? (await freePort(options.preferredPort));
    try {
      return await launch(program, dir, port, options);
    } catch (error) {
      if (left === 0 || !readQuietly(logFileIn(dir)).includes('Address already in use')) throw error;
    }
  }
}

async function launch(program, dir, port, { durable = true, args = [] }) {
  const logFile = logFileIn(dir);
  rmSync(logFile, { force: true });
  const child = spawnApart(program, [...serverArguments(dir, port, durable), ...args], { logFile, cwd: dir });
  const url = `redis://127.0.0.1:${port}`;
  await ready(child, url, logFile);
  const { pid } = child;
  const stop = () => stopApart(child, stopSteps);
  const kill = async (signal = 'SIGKILL') => {
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') sendSignal(pid, signal);
    else await stopApart(child, [[signal, 10_000]]);
  };
  return { url, port, pid, dir, exited: exitOf(child), stop, kill };
}

const logFileIn = (/** @type {string} */ dir) => path.join(dir, 'redis.log');
const pidFileIn = (/** @type {string} */ dir) => path.join(dir, 'redis.pid');

/** Its title stays the command line (`set-proc-title no`): by the folder in it a later start knows it again. */
const serverArguments = (dir, port, durable) => [
  ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--pidfile', pidFileIn(dir)],
  ...['--daemonize', 'no', '--set-proc-title', 'no', '--maxmemory-policy', 'noeviction', '--save', ''],
  ...['--appendonly', durable ? 'yes' : 'no', '--appendfsync', 'everysec'],
];

/**
 * Stops the Redis that an earlier start left running in a folder.
 * @param {string} dir
 * @returns {Promise<void>}
 */
export async function stopLeftOver(dir) {
  const pid = Number.parseInt(readQuietly(pidFileIn(dir)), 10);
  if (!(await isProcess(pid, dir))) return;
  sendSignal(pid, 'SIGCONT');
  await stopProcess(pid, stopSteps);
}

async function ready(child, url, logFile) {
  const gone = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      const tail = readQuietly(logFile).trimEnd().split('\n').slice(-15).join('\n');
      reject(new ToolError(`Redis ended while starting. The end of ${logFile}:\n${tail}`));
    });
  });
  try {
    await Promise.race([reachRedis(url, { withinMs: 60_000, name: 'the embedded Redis' }), gone]);
  } catch (error) {
    await stopApart(child, stopSteps);
    throw error;
  }
}
