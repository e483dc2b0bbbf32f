import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { inProject } from './paths.mjs';

/**
 * Adds what `.env` says to an environment; what is set there already wins.
 * @param {NodeJS.ProcessEnv} env changed in place
 * @param {string} [file]
 */
export async function loadEnvFile(env, file = inProject('.env')) {
  const text = await readFile(file, 'utf8').catch(() => '');
  for (const [name, value] of Object.entries(parseEnv(text))) env[name] ??= value;
}
