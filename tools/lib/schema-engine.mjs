import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { migrationAdapter } from './migration-adapter.mjs';

/** Compiled once a process: five megabytes of WebAssembly. @type {Promise<object> | undefined} */
let loading;

async function loadEngine() {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const folder = path.dirname(
    createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'),
  );
  const bytes = await readFile(path.join(folder, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, {
    './schema_engine_bg.js': withoutWaiting(engine),
  });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  // Where the engine leaves the reason before it traps; without it, a panic is only "unreachable".
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    set_message: (/** @type {string} */ text) => console.error(text),
  };
  return engine;
}

/** Ten seconds after it began the engine would give up; until then its timer would keep a process that is done. */
function withoutWaiting(/** @type {Record<string, (...args: unknown[]) => unknown>} */ engine) {
  const timers = Object.keys(engine).filter((name) => name.startsWith('__wbg_setTimeout_'));
  const unheld =
    (/** @type {string} */ name) =>
    (/** @type {unknown[]} */ ...args) =>
      engine[name](...args).unref();
  return { ...engine, ...Object.fromEntries(timers.map((name) => [name, unheld(name)])) };
}

/**
 * Prisma's own schema engine, as WebAssembly out of the npm registry: the command line's native one is downloaded
 * from elsewhere, which is out of reach on many machines.
 * @template T
 * @param {string} databaseUrl
 * @param {{ path: string, content: string }} schema
 * @param {(engine: import('@prisma/schema-engine-wasm/schema_engine_bg').SchemaEngine) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withSchemaEngine(databaseUrl, schema, use) {
  loading ??= loadEngine();
  const { SchemaEngine } = await loading;
  const adapter = migrationAdapter(databaseUrl);
  const datamodels = [[schema.path, schema.content]];
  const engine = await SchemaEngine.new(
    { datamodels },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  try {
    return await use(engine);
  } finally {
    engine.free();
    await adapter.close();
  }
}
