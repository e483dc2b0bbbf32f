import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { fingerprint } from './fingerprint.mjs';
import { migrate } from './migrations.mjs';
import { urlOfDatabase } from './postgres-url.mjs';

/** Held while the template is made, so that it is made once however many test files begin together. */
const templateLock = 7_253_110_205n;

/**
 * A migrated database of one's own, in some 50 ms: migrations run once into a template, which is copied.
 * @param {string} adminUrl a server and a role that may create databases
 * @returns {Promise<{ url: string, name: string, drop: () => Promise<void> }>} `drop` closes what is still connected
 */
export async function createDatabase(adminUrl) {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withAdmin(adminUrl, async (admin) => {
    const template = await needTemplate(admin, adminUrl);
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  });
  const drop = () =>
    withAdmin(adminUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
  return { url: urlOfDatabase(adminUrl, name), name, drop: async () => void (await drop()) };
}

async function needTemplate(admin, adminUrl) {
  const hash = await fingerprint(['prisma/migrations']);
  const template = `template_${hash.slice(0, 16)}`;
  await admin.query('SELECT pg_advisory_lock($1)', [templateLock]);
  try {
    if (!(await exists(admin, template))) await makeTemplate(admin, adminUrl, template);
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [templateLock]);
  }
  return template;
}

/** It takes its name only when it is complete. */
async function makeTemplate(admin, adminUrl, template) {
  const unfinished = `${template}_unfinished`;
  await admin.query(`DROP DATABASE IF EXISTS "${unfinished}" WITH (FORCE)`);
  await admin.query(`CREATE DATABASE "${unfinished}"`);
  await migrate(urlOfDatabase(adminUrl, unfinished));
  await admin.query(`ALTER DATABASE "${unfinished}" RENAME TO "${template}"`);
}

async function exists(admin, name) {
  const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  return rowCount === 1;
}

async function withAdmin(adminUrl, work) {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
