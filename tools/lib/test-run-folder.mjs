import { readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { filesUnder } from './fingerprint.mjs';
import { stopLeftOvers } from './left-overs.mjs';
import { notePid, pidIn } from './pid-file.mjs';
import { removePostgres } from './postgres-store.mjs';
import { isProcess, processesInGroup, readQuietly, sendSignal } from './processes.mjs';
import { stopLeftOver } from './redis-store.mjs';
import { temporaryFolder } from './temp-folder.mjs';

const prefix = 'redistack-test-';

/**
 * The folder of one test run: everything its tests start keeps its files in it, and so can be found.
 * @returns {Promise<string>}
 */
export async function openRunFolder() {
  await sweepRunsThatDied();
  const folder = await temporaryFolder(prefix);
  notePid(path.join(folder, 'tool.pid'), process.pid, 'tools/');
  return folder;
}

/** Stops whatever still runs out of a run's folder, and deletes the folder. @param {string} folder */
export async function closeRunFolder(folder) {
  await killGroup(Number(readQuietly(path.join(folder, 'jest.pid'))));
  const files = await filesUnder(folder);
  const foldersWith = (/** @type {string} */ name) =>
    files.filter((file) => path.basename(file) === name).map((file) => path.dirname(file));
  // Of the run itself, and of each start that it tried.
  const tools = [...new Set([...foldersWith('tool.pid'), folder])];
  for (const one of tools) await stopLeftOvers(one);
  for (const one of foldersWith('redis.pid')) await stopLeftOver(one);
  for (const one of tools) await removePostgres(one);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** By then the number may be another group's: only what looks like ours is ended. */
async function killGroup(/** @type {number} */ group) {
  for (const pid of processesInGroup(group)) {
    if ((await isProcess(pid, 'jest')) || (await isProcess(pid, 'dist/'))) sendSignal(pid, 'SIGKILL');
  }
}

/** Runs that were killed by force could not clean up after themselves. */
async function sweepRunsThatDied() {
  const names = readdirSync(os.tmpdir()).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const folder = path.join(os.tmpdir(), name);
    const note = path.join(folder, 'tool.pid');
    // Without its note it is just being made.
    if (readQuietly(note) && (await pidIn(note)) === null) await closeRunFolder(folder);
  }
}
