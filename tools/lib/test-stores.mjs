import { startPostgres } from './postgres-store.mjs';
import { reachPostgres } from './postgres-reach.mjs';
import { needRedis } from './redis-store.mjs';
import { print, step } from './terminal.mjs';

/**
 * What the stages with stores need: a PostgreSQL in which every test file makes a database of its own, and a Redis
 * program, of which every test file starts a server of its own; no store of the user's is touched. Only where there
 * are no PostgreSQL binaries for this system is that of DATABASE_URL used, in databases of our own.
 * @param {string} folder of the run
 * @returns {Promise<{ TEST_DATABASE_URL: string }>} for the environment of the tests
 */
export async function openTestStores(folder) {
  await needRedis(step);
  const url = await step('Starting a PostgreSQL for the tests', () => ownOrGiven(folder));
  return { TEST_DATABASE_URL: url };
}

async function ownOrGiven(folder) {
  try {
    return (await startPostgres({ dir: folder, durable: false })).url;
  } catch (error) {
    const given = process.env.DATABASE_URL;
    if (!given) throw error;
    print(`No PostgreSQL of our own (${error.message.split('\n')[0]}): using DATABASE_URL.`);
    await reachPostgres(given, { withinMs: 10_000 });
    return given;
  }
}
