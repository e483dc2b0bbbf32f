import path from 'node:path';
import { stopLeftOverProgram } from './supervisor.mjs';
import { print } from './terminal.mjs';

/**
 * Stops the programs that an earlier tool, killed by force, left running. Its stores are stopped when they are
 * started again, for they are needed to the end.
 * @param {string} dir
 */
export async function stopLeftOvers(dir) {
  const names = ['build', 'api', 'worker', 'mail'];
  const stopped = await Promise.all(names.map((name) => stopLeftOverProgram(dir, name)));
  const found = names.filter((_name, index) => stopped[index]);
  if (found.length > 0) print(`Stopped what an earlier start had left running: ${found.join(', ')}.`);
}

/** @param {string} dir @returns {string} DATA_DIR as shown to the user */
export const shownFolder = (dir) => path.relative(process.cwd(), dir) || '.';
