import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inProject } from './paths.mjs';
import { pidIn } from './pid-file.mjs';
import { readQuietly } from './processes.mjs';

const noteIn = (dir) => path.join(dir, 'running.json');

/** @returns {string[]} every variable that the application reads */
const settings = () =>
  [...readFileSync(inProject('.env.example'), 'utf8').matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name);

/**
 * Notes the settings of the application that runs here, for the programs of operators.
 * @param {string} dir DATA_DIR
 * @param {NodeJS.ProcessEnv} env of the API
 * @returns {() => void} forgets them
 */
export function noteRunningEnv(dir, env) {
  const set = settings().filter((name) => env[name]);
  const note = Object.fromEntries(set.map((name) => [name, env[name]]));
  writeFileSync(noteIn(dir), JSON.stringify(note), { mode: 0o600 });
  return () => rmSync(noteIn(dir), { force: true });
}

/**
 * Adds the settings of the application that runs here to an environment, unless that names stores of others.
 * @param {NodeJS.ProcessEnv} env changed in place; what is set there already wins
 * @param {string} dir DATA_DIR
 * @returns {Promise<boolean>} whether they were added
 */
export async function addRunningEnv(env, dir) {
  const note = readQuietly(noteIn(dir));
  if (!note || !(await pidIn(path.join(dir, 'tool.pid')))) return false;
  const noted = JSON.parse(note);
  const stores = ['REDIS_URL', 'DATABASE_URL'];
  if (stores.some((name) => env[name] && env[name] !== noted[name])) return false;
  for (const [name, value] of Object.entries(noted)) env[name] ||= value;
  return true;
}
