import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readQuietly } from './processes.mjs';

const fileIn = (dir) => path.join(dir, 'running.json');

/**
 * Notes how the application that runs here reaches its stores, for the programs of operators.
 * @param {string} dir DATA_DIR
 * @param {NodeJS.ProcessEnv} env of the API
 * @returns {() => void} forgets it
 */
export function noteRunningEnv(dir, { REDIS_URL, DATABASE_URL, JWT_SECRET }) {
  writeFileSync(fileIn(dir), JSON.stringify({ REDIS_URL, DATABASE_URL, JWT_SECRET }), { mode: 0o600 });
  return () => rmSync(fileIn(dir), { force: true });
}

/**
 * @param {string} dir DATA_DIR
 * @returns {NodeJS.ProcessEnv} what was noted; empty when nothing runs here
 */
export const runningEnv = (dir) => JSON.parse(readQuietly(fileIn(dir)) || '{}');
