import { chmod, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * @param {string} prefix
 * @returns {Promise<string>} a new temporary folder, which the user `postgres` may pass through but not list
 */
export async function temporaryFolder(prefix) {
  const folder = await mkdtemp(path.join(os.tmpdir(), prefix));
  await chmod(folder, 0o711);
  return folder;
}
