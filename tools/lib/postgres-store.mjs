import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from './ports.mjs';
import { postgresBinaries } from './postgres-binaries.mjs';
import { existingFolder, giveTo, postgresFolder } from './postgres-folder.mjs';
import { reachPostgres } from './postgres-reach.mjs';
import { exitOf, isProcess, readQuietly, spawnApart, stopApart, stopProcess } from './processes.mjs';
import { mustRun, ToolError } from './run.mjs';
import { postgresUser } from './system-user.mjs';

/**
 * @typedef {object} PostgresStore
 * @property {string} url of the database `redistack`; the role is a superuser and may create others
 * @property {number} port
 * @property {number} pid
 * @property {string} logFile
 * @property {Promise<void>} exited
 * @property {() => Promise<void>} stop fast shutdown: open transactions are rolled back, committed ones are on disk
 * @property {() => Promise<void>} remove stops it and deletes the database files
 */

const role = 'redistack';
/** "Fast" first; then without a checkpoint, recovering at the next start; then by force. */
const stopSteps = /** @type {[NodeJS.Signals, number][]} */ ([
  ['SIGINT', 20_000],
  ['SIGQUIT', 5000],
  ['SIGKILL', 5000],
]);

/**
 * Starts a PostgreSQL of our own on 127.0.0.1, in a process group of its own. One left running in the same folder
 * by an earlier start is stopped first. As root it runs as the user `postgres`.
 * @param {{ dir: string, port?: number, durable?: boolean }} options `dir`: where its files, password and log are
 *   kept; `port`: taken when free; `durable: false` skips fsync, for tests
 * @returns {Promise<PostgresStore>}
 */
export async function startPostgres({ dir, port: preferred, durable = true }) {
  const user = await postgresUser();
  const bin = postgresBinaries(user);
  const folder = postgresFolder(dir, user);
  const dataFolder = path.join(folder, 'data');
  await stopLeftOver(dataFolder);
  const password = passwordIn(dir);
  if (!existsSync(dataFolder)) await initialise({ bin, folder, dataFolder, password, user, durable });

  const port = await freePort(preferred);
  const logFile = path.join(dir, 'postgres.log');
  const child = spawnApart(path.join(bin, 'postgres'), serverArguments(dataFolder, port, durable), {
    logFile,
    cwd: folder,
    env: plainEnv,
    user,
  });
  const url = `postgresql://${role}:${password}@127.0.0.1:${port}/redistack`;
  await ready(child, url, logFile);
  const stop = () => stopApart(child, stopSteps);
  const remove = () => removePostgres(dir);
  return { url, port, pid: child.pid, logFile, exited: exitOf(child), stop, remove };
}

const plainEnv = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

const serverArguments = (dataFolder, port, durable) => {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    log_line_prefix: '%m [%p] ',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  };
  return [
    '-D',
    dataFolder,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
};

/** Writes the database files beside their place and moves them there: an interrupted start leaves no half. */
async function initialise({ bin, folder, dataFolder, password, user, durable }) {
  const unfinished = `${dataFolder}.unfinished`;
  const passwordFile = path.join(folder, 'initial-password');
  rmSync(unfinished, { recursive: true, force: true });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) giveTo(user, passwordFile);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${role}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  try {
    await mustRun(
      path.join(bin, 'initdb'),
      ['-D', unfinished, ...access, ...locale, ...(durable ? [] : ['--no-sync'])],
      { cwd: folder, env: plainEnv, ...user },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, dataFolder);
}

/**
 * @param {string} dataFolder
 * @returns {Promise<void>} when no server runs there any more and its lock file is gone
 */
async function stopLeftOver(dataFolder) {
  const lockFile = path.join(dataFolder, 'postmaster.pid');
  const pid = Number.parseInt(readQuietly(lockFile), 10);
  if (await isProcess(pid, dataFolder)) await stopProcess(pid, stopSteps);
  // Another process may have that number by now, which PostgreSQL would take for a server still running.
  rmSync(lockFile, { force: true });
}

/**
 * Stops the PostgreSQL of a folder, if one runs there, and deletes its database files wherever they are.
 * @param {string} dir as given to {@link startPostgres}
 * @returns {Promise<void>}
 */
export async function removePostgres(dir) {
  const folder = existingFolder(dir);
  await stopLeftOver(path.join(folder, 'data'));
  rmSync(folder, { recursive: true, force: true });
}

function passwordIn(dir) {
  const file = path.join(dir, 'postgres.password');
  const kept = readQuietly(file);
  if (kept) return kept;
  const password = randomBytes(24).toString('base64url');
  writeFileSync(file, password, { mode: 0o600 });
  return password;
}

async function ready(child, url, logFile) {
  const gone = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      const tail = readQuietly(logFile).trimEnd().split('\n').slice(-15).join('\n');
      reject(new ToolError(`PostgreSQL ended while starting. The end of ${logFile}:\n${tail}`));
    });
  });
  try {
    await Promise.race([reachPostgres(url, { withinMs: 60_000, name: 'the embedded PostgreSQL' }), gone]);
  } catch (error) {
    await stopApart(child, stopSteps);
    throw error;
  }
}
