import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sharedFolder } from './postgres-binaries.mjs';
import { readQuietly } from './processes.mjs';
import { ToolError } from './run.mjs';
import { mayWriteIn } from './system-user.mjs';

/**
 * Where the database files are kept: `DIR/postgres`. As root, when the user `postgres` may not go there (a clone
 * in root's home), a folder below /var/lib/redistack; its name is in `DIR/postgres.elsewhere`, so that the folder
 * belongs to this DIR only: a new DIR starts with a new database.
 * @param {string} dir
 * @param {import('./system-user.mjs').SystemUser | null} user
 * @returns {string} absolute; exists, and the user may write there
 */
export function postgresFolder(dir, user) {
  mkdirSync(dir, { recursive: true });
  const folder = prepared(existingFolder(dir), user);
  if (!user || mayWriteIn(user, folder)) return folder;
  if (existsSync(path.join(folder, 'data'))) throw shutOut(folder);
  const elsewhere = path.join(sharedFolder, `data-${randomBytes(6).toString('hex')}`);
  writeFileSync(noteIn(dir), `${elsewhere}\n`);
  return prepared(elsewhere, user);
}

/**
 * @param {string} dir
 * @returns {string} the folder an earlier start decided for, else the one beside the other files
 */
export const existingFolder = (dir) => readQuietly(noteIn(dir)).trim() || path.join(dir, 'postgres');

const noteIn = (/** @type {string} */ dir) => path.join(dir, 'postgres.elsewhere');

function prepared(folder, user) {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  if (user && statSync(folder).uid !== user.uid) giveTo(user, folder);
  return folder;
}

/** The whole tree: it may have been made under another user id, in another container or before root was used. */
export function giveTo(user, target) {
  chownSync(target, user.uid, user.gid);
  if (!statSync(target).isDirectory()) return;
  chmodSync(target, 0o700);
  for (const name of readdirSync(target)) giveTo(user, path.join(target, name));
}

const shutOut = (folder) =>
  new ToolError(
    `The user "postgres", who runs PostgreSQL when you are root, can no longer enter ${folder}.\n` +
      'Allow it (chmod o+x on the folders above), or choose another DATA_DIR.',
  );
