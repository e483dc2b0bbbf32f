import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fingerprint, isStamped } from './fingerprint.mjs';
import { inProject } from './paths.mjs';
import { mustRun } from './run.mjs';

const output = inProject('src/database/generated');
const stamp = `${output}/.stamp`;

/**
 * Writes the Prisma client unless it already belongs to the present schema.
 * @returns {Promise<boolean>} whether it had to be written
 */
export async function generateClient() {
  const require = createRequire(import.meta.url);
  const { version } = require('prisma/package.json');
  const wanted = await fingerprint(['prisma/schema.prisma', 'prisma.config.ts'], { also: version });
  if (await isStamped(stamp, wanted)) return false;
  await mustRun(process.execPath, [inProject('node_modules/prisma/build/index.js'), 'generate'], {
    env: { ...process.env, ...quietPrisma },
  });
  await writeFile(stamp, wanted);
  return true;
}

/**
 * The command line would first download a schema engine from outside the npm registry, which `generate` never
 * runs: naming any executable spares it that.
 */
const quietPrisma = {
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
};
