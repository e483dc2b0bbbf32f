import { rmSync, writeFileSync } from 'node:fs';
import { isProcess, readQuietly } from './processes.mjs';

/**
 * Notes which process does a job, for a later start to find should we be killed.
 * @param {string} file
 * @param {number} pid
 * @param {string} marker a piece of its command line that others do not have
 */
export function notePid(file, pid, marker) {
  writeFileSync(file, JSON.stringify({ pid, marker }), { mode: 0o600 });
}

/**
 * @param {string} file
 * @returns {Promise<number | null>} the pid noted there, if that process is still running
 */
export async function pidIn(file) {
  const text = readQuietly(file);
  if (!text.startsWith('{')) return null;
  const { pid, marker } = JSON.parse(text);
  return (await isProcess(pid, marker)) ? pid : null;
}

/** @param {string} file */
export const forgetPid = (file) => rmSync(file, { force: true });
