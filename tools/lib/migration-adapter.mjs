import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { urlOfDatabase } from './postgres-url.mjs';

/**
 * The driver adapter the schema engine works through: that of `@prisma/adapter-pg` with three repairs. It cuts
 * a script at every semicolon, which breaks function bodies and leaves a failed migration half applied; it does not
 * know the type of some columns of the catalogue; and it opens its shadow database under the main one's name when it
 * was given a URL.
 * @param {string} databaseUrl
 * @returns {import('@prisma/driver-adapter-utils').SqlMigrationAwareDriverAdapterFactory & { close(): Promise<void> }}
 */
export function migrationAdapter(databaseUrl) {
  /** @type {pg.Pool[]} */
  const pools = [];

  const connectTo = async (/** @type {string} */ url, whenDone = async () => undefined) => {
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    pools.push(pool);
    const adapter = await new PrismaPg(pool).connect();
    adapter.executeScript = (script) => runWhole(adapter, pool, script);
    readSingleCharacters(adapter);
    adapter.dispose = async () => {
      await endOnce(pool);
      await whenDone();
    };
    return adapter;
  };

  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connectTo(databaseUrl),
    connectToShadowDb: async () => {
      const name = `shadow_${randomBytes(6).toString('hex')}`;
      await onceAt(databaseUrl, `CREATE DATABASE "${name}"`);
      return connectTo(urlOfDatabase(databaseUrl, name), () =>
        onceAt(databaseUrl, `DROP DATABASE "${name}" WITH (FORCE)`),
      );
    },
    close: async () => {
      await Promise.all(pools.map(endOnce));
    },
  };
}

/** The catalogue has columns of the type `"char"`, which the adapter does not know and the engine expects. */
function readSingleCharacters(adapter) {
  /** @type {WeakMap<unknown[][], number[]>} */
  const characterColumns = new WeakMap();
  const { performIO, queryRaw } = adapter;
  adapter.performIO = async (query) => {
    const result = await performIO.call(adapter, query);
    const found = result.fields.filter((field) => field.dataTypeID === pg.types.builtins.CHAR);
    characterColumns.set(
      result.rows,
      found.map((field) => result.fields.indexOf(field)),
    );
    for (const field of found) field.dataTypeID = pg.types.builtins.TEXT;
    return result;
  };
  adapter.queryRaw = async (query) => {
    const result = await queryRaw.call(adapter, query);
    for (const index of characterColumns.get(result.rows) ?? [])
      result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}

/** One message is one implicit transaction: a script is applied whole or not at all. */
async function runWhole(adapter, pool, script) {
  try {
    await pool.query(script);
  } catch (error) {
    adapter.onError(error);
  }
}

async function endOnce(/** @type {pg.Pool} */ pool) {
  if (!pool.ended && !pool.ending) await pool.end();
}

async function onceAt(/** @type {string} */ url, /** @type {string} */ sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
