import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { inProject } from './paths.mjs';

export const migrationsDir = inProject('prisma/migrations');

/** @returns {Promise<{ path: string, content: string }>} */
export async function readSchema() {
  const file = inProject('prisma/schema.prisma');
  return { path: file, content: await readFile(file, 'utf8') };
}

/**
 * The migrations in the order in which they are applied: by folder name.
 * @returns {Promise<import('@prisma/schema-engine-wasm/schema_engine_bg').MigrationList>}
 */
export async function readMigrations() {
  const entries = await readdir(migrationsDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const lockfile = path.join(migrationsDir, 'migration_lock.toml');
  return {
    baseDir: migrationsDir,
    lockfile: { path: 'migration_lock.toml', content: await readFile(lockfile, 'utf8').catch(() => null) },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.sort().map(readMigration)),
  };
}

async function readMigration(/** @type {string} */ name) {
  const value = await readFile(path.join(migrationsDir, name, 'migration.sql'), 'utf8');
  return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok', value } } };
}
