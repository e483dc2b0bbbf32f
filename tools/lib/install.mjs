import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { inProject } from './paths.mjs';
import { mustRun } from './run.mjs';
import { step } from './terminal.mjs';

/**
 * `npm ci`, unless node_modules already holds what package-lock.json names.
 * @returns {Promise<void>}
 */
export async function installPackages() {
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const names = missing.map((place) => place.replace(/^.*node_modules\//, ''));
  const what = missing.length <= 3 ? names.join(', ') : `${missing.length} packages`;
  await step(`Installing with npm ci: ${what} missing or outdated`, runNpm);
}

/** @param {(text: string) => void} note */
async function runNpm(note) {
  const wanted = Object.entries(await readPackages('package-lock.json'));
  const places = wanted.filter(([place, entry]) => place !== '' && !entry.optional).map(([place]) => place);
  const count = () =>
    note(
      `${places.filter((place) => existsSync(inProject(place, 'package.json'))).length} of ${places.length}`,
    );
  const timer = setInterval(count, 1000);
  // npm tells scripts where it is itself, which need not be on the PATH under that name.
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  // No install script is needed: PostgreSQL's links are made by postgres-binaries.mjs.
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  await mustRun(command, [...first, ...args]).finally(() => clearInterval(timer));
}

/** npm leaves a copy of the lock file in node_modules that says what is really there. */
async function missingPackages() {
  const [wanted, present] = await Promise.all([
    readPackages('package-lock.json'),
    readPackages('node_modules/.package-lock.json').catch(() => ({})),
  ]);
  return Object.entries(wanted)
    .filter(([place, entry]) => place !== '' && !entry.optional && !entry.devOptional && !entry.peer)
    .filter(([place, entry]) => present[place]?.version !== entry.version)
    .map(([place]) => place);
}

async function readPackages(file) {
  return JSON.parse(await readFile(inProject(file), 'utf8')).packages;
}
