import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mustRun } from './run.mjs';

/** @typedef {{ uid: number, gid: number }} SystemUser */

/** PostgreSQL refuses to run as root. */
const name = 'postgres';

/**
 * Whom PostgreSQL is to run as.
 * @returns {Promise<SystemUser | null>} null: as we do. For root, the user `postgres`, created when missing.
 */
export async function postgresUser() {
  if (process.getuid?.() !== 0) return null;
  return find() ?? (await create());
}

function find() {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  if (!line) return null;
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

async function create() {
  await mustRun('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name]);
  return find();
}

/**
 * @param {SystemUser} user
 * @param {string} folder
 * @returns {boolean} whether that user can enter the folder and write there
 */
export function mayWriteIn(user, folder) {
  const { status } = spawnSync('/bin/sh', ['-c', 'test -x "$0" && test -w "$0"', folder], {
    cwd: '/',
    ...user,
  });
  return status === 0;
}

/**
 * @param {SystemUser} user
 * @param {string} program
 * @returns {boolean} whether that user can run it
 */
export function mayRun(user, program) {
  return spawnSync(program, ['--version'], { cwd: '/', ...user }).status === 0;
}
