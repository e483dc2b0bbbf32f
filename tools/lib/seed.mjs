import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { inProject } from './paths.mjs';
import { readQuietly } from './processes.mjs';
import { mustRun } from './run.mjs';
import { step } from './terminal.mjs';

/** @typedef {{ role: string, email: string, username?: string, password: string }} DemoAccount */

/**
 * Fills a database with the demo, unless `SEED=none`. The script itself makes nothing twice; a database of our own,
 * which lives in DATA_DIR as the note of it does, need not even be asked again by the same build.
 * @param {{ env: NodeJS.ProcessEnv, appEnv: NodeJS.ProcessEnv, dir: string }} context the user's environment, and
 *   the application's
 * @returns {Promise<DemoAccount[]>} whom one can sign in as
 */
export async function seed({ env, appEnv, dir }) {
  if (env.SEED === 'none') return [];
  const note = path.join(dir, 'seeded.json');
  const build = readQuietly(inProject('dist/.stamp'));
  const earlier = env.DATABASE_URL ? null : parse(readQuietly(note));
  if (build && earlier?.build === build) return earlier.accounts;
  const accounts = await step('Seeding the demo', () => runSeed(appEnv));
  if (!env.DATABASE_URL) writeFileSync(note, JSON.stringify({ build, accounts }), { mode: 0o600 });
  return accounts;
}

async function runSeed(env) {
  const output = await mustRun(process.execPath, [inProject('dist/seed.js')], { env });
  const line = output.split('\n').find((text) => text.startsWith('{"accounts"'));
  return line ? JSON.parse(line).accounts : [];
}

const parse = (/** @type {string} */ text) => (text ? JSON.parse(text) : null);
