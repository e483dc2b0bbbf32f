import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { mustRun, runCommand, ToolError } from './run.mjs';

/**
 * @param {string} name
 * @returns {string | null} where a program is found on the PATH
 */
export function findProgram(name) {
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/usr/local/bin',
    '/usr/bin',
    '/opt/homebrew/bin',
  ];
  return folders.map((folder) => path.join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(/** @type {string} */ file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const findRedis = () => findProgram('redis-server') ?? findProgram('valkey-server');

/** Whether {@link installRedis} can bring one: Debian's packages, as root. */
export const canInstallRedis = () => process.getuid?.() === 0 && findProgram('apt-get') !== null;

/**
 * Installs Debian's `redis-server` without leaving the service of the distribution running.
 * @returns {Promise<string>} the program
 * @throws {ToolError} with what to type instead
 */
export async function installRedis() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const wasRunning = await serviceRuns();
  await mustRun('apt-get', ['update', '-q'], { env });
  // RUNLEVEL=1: the package's scripts start a service only in the runlevels it is meant for.
  const install = ['install', '-y', '-q', '--no-install-recommends', 'redis-server'];
  await mustRun('apt-get', install, { env: { ...env, RUNLEVEL: '1' } });
  if (!wasRunning && (await serviceRuns())) {
    await runCommand('service', ['redis-server', 'stop']);
  }
  const found = findRedis();
  if (!found) throw noRedis();
  return found;
}

async function serviceRuns() {
  return (await runCommand('service', ['redis-server', 'status'])).code === 0;
}

/** @returns {ToolError} saying what to type on this system */
export function noRedis() {
  return new ToolError(
    'Redis is needed and was not found: neither redis-server nor valkey-server is on the PATH.\n' +
      `Install it:  ${installHint()}\n` +
      'or start one (docker run -d -p 127.0.0.1:6379:6379 redis:7) and set REDIS_URL=redis://127.0.0.1:6379',
  );
}

function installHint() {
  if (process.platform === 'darwin') return 'brew install redis';
  if (process.platform === 'win32') return 'use WSL 2, and in it: sudo apt-get install redis-server';
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  const managers = {
    'apt-get': 'apt-get install redis-server',
    dnf: 'dnf install redis || dnf install valkey',
    apk: 'apk add redis',
    pacman: 'pacman -S valkey',
    zypper: 'zypper install redis',
  };
  const known = Object.keys(managers).find((name) => existsSync(`/usr/bin/${name}`) || findProgram(name));
  return known ? sudo + managers[known] : 'see https://redis.io/docs/latest/operate/oss_and_stack/install/';
}
