import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { bundlePrograms } from './bundle-programs.mjs';
import { fingerprint, isStamped } from './fingerprint.mjs';
import { inProject } from './paths.mjs';
import { mustRun } from './run.mjs';

const stamp = inProject('dist/.stamp');
const sources = [
  ...['src', 'prisma/schema.prisma', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'],
  'tools/lib/bundle-programs.mjs',
];

/** @returns {Promise<string>} what the build is made of */
const sourcesNow = () =>
  fingerprint([...sources, 'package-lock.json'], {
    except: ['src/database/generated'],
    also: process.version,
  });

/** @returns {Promise<boolean>} whether build/ and dist/ belong to the present sources */
export async function isBuilt() {
  const isThere = ['build/main.js', 'dist/main.js'].every((file) => existsSync(inProject(file)));
  return isThere && (await isStamped(stamp, await sourcesNow()));
}

/** Compiles src/ to build/, and bundles its programs into dist/; the Prisma client must have been written. */
export async function buildApp() {
  const wanted = await sourcesNow();
  await mustRun(process.execPath, [inProject('node_modules/@nestjs/cli/bin/nest.js'), 'build']);
  await bundlePrograms();
  await writeFile(stamp, wanted);
}
