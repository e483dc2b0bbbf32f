import pg from 'pg';
import { urlOfDatabase, withoutPassword } from './postgres-url.mjs';
import { ToolError } from './run.mjs';
import { waitFor } from './wait.mjs';

/** What will not heal by waiting: a wrong password, role or database. */
const lasting = new Set(['28P01', '28000', '3D000']);

/**
 * Waits until PostgreSQL takes connections. A database that does not exist yet is created where the role may.
 * @param {string} url
 * @param {{ withinMs?: number, name?: string }} [options] `name`: whose fault it is in the message
 * @throws {ToolError} saying which variable is to be looked at
 */
export async function reachPostgres(url, { withinMs = 30_000, name = 'DATABASE_URL' } = {}) {
  let reason = '';
  const ask = async () => {
    const error = await tryConnecting(url);
    if (error?.code === '3D000' && (await createMissing(url))) return true;
    if (error && lasting.has(error.code)) throw unreachable(url, name, error.message);
    reason = error?.message || error?.code || '';
    return !error;
  };
  await waitFor(ask, { withinMs, everyMs: 100, failure: () => unreachable(url, name, reason) });
}

async function tryConnecting(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    await client.query('SELECT 1');
    return null;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createMissing(url) {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const client = new pg.Client({ connectionString: urlOfDatabase(url, 'postgres') });
  try {
    await client.connect();
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    return true;
  } catch (error) {
    // 42P04: another process was quicker.
    return error.code === '42P04';
  } finally {
    await client.end().catch(() => undefined);
  }
}

const unreachable = (url, name, reason) =>
  new ToolError(
    `PostgreSQL is not to be reached at ${withoutPassword(url)}: ${reason}.\n` +
      `Start it, correct ${name}, or leave ${name} out: npm start then brings its own PostgreSQL.`,
  );
