import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { inProject, projectRoot } from './paths.mjs';

/**
 * @param {string} target a file or folder, absolute
 * @param {string[]} except absolute folders to leave out
 * @returns {Promise<string[]>} the files in it, absolute; none when it does not exist
 */
export async function filesUnder(target, except = []) {
  if (except.includes(target)) return [];
  const found = await stat(target).catch(() => null);
  if (!found) return [];
  if (!found.isDirectory()) return [target];
  const names = await readdir(target);
  const nested = await Promise.all(names.map((name) => filesUnder(path.join(target, name), except)));
  return nested.flat().sort();
}

/**
 * One hash over names and contents, so that an unchanged step can be skipped whatever the clocks say.
 * @param {string[]} targets files and folders, relative to the project
 * @param {{ except?: string[], also?: string }} [options] folders to leave out; anything else that counts
 * @returns {Promise<string>} hex
 */
export async function fingerprint(targets, { except = [], also = '' } = {}) {
  const hash = createHash('sha256').update(also);
  const left = except.map((name) => inProject(name));
  for (const target of targets) {
    for (const file of await filesUnder(inProject(target), left)) {
      hash.update(`\0${path.relative(projectRoot, file)}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} file where the last fingerprint was written
 * @param {string} wanted
 * @returns {Promise<boolean>}
 */
export const isStamped = async (file, wanted) => (await readFile(file, 'utf8').catch(() => '')) === wanted;
