import { existsSync } from 'node:fs';
import { cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { filesUnder } from './fingerprint.mjs';
import { inProject } from './paths.mjs';

const compiled = inProject('build');
const dist = inProject('dist');
const programs = ['main', 'worker', 'seed', 'boards', 'queues', 'lifecycle'];

/**
 * Native code; what finds files or starts threads beside itself; what packages ask Node for, which would load it a second
 * time (class-transformer) or is not there.
 */
const leftToNode = [
  ...['@node-rs/argon2', 'swagger-ui-dist', 'pino', 'class-transformer', 'class-transformer/*'],
  ...['@nestjs/microservices', '@nestjs/microservices/*', '@nestjs/platform-fastify', '@fastify/static'],
  ...['bufferutil', 'utf-8-validate', 'pg-native'],
];

/** Packages in CommonJS call it. */
const banner = `import { createRequire as requireFrom } from 'node:module';
const require = requireFrom(import.meta.url);`;

/** Times that have no setting: modules of their own, which whoever tries the programs can change before they load. */
const timesModule = /\/(presence\.times|events\.options|patience)\.js$/;

const times = {
  name: 'times',
  setup({ onResolve }) {
    onResolve({ filter: timesModule }, ({ path: file, resolveDir }) => ({
      path: `./${path.relative(compiled, path.resolve(resolveDir, file))}`,
      external: true,
    }));
  },
};

/** Modules that read files beside them (scripts, pages) find them from a bundle, too. */
const filesBeside = {
  name: 'files-beside',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path: file }) => {
      if (!file.startsWith(compiled + path.sep)) return undefined;
      const url = `new URL(${JSON.stringify(path.relative(compiled, file))}, import.meta.url).href`;
      return { contents: (await readFile(file, 'utf8')).replaceAll('import.meta.url', url) };
    });
  },
};

/**
 * Bundles each compiled program and the packages it uses into one file in dist/: a process that has to find and open
 * 2,500 files takes twice as long to start. Beside them goes what they read while they run.
 */
export async function bundlePrograms() {
  await rm(dist, { recursive: true, force: true });
  await build({
    entryPoints: programs.map((name) => path.join(compiled, `${name}.js`)),
    outdir: dist,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    keepNames: true,
    external: leftToNode,
    banner: { js: banner },
    plugins: [times, filesBeside],
    logLevel: 'warning',
    // What Nest's plugin writes into decorators may be there already; what is written last rules.
    logOverride: { 'duplicate-object-key': 'silent' },
  });
  for (const file of await filesUnder(compiled)) {
    const name = path.relative(compiled, file);
    const isAsset = existsSync(inProject('src', name));
    if (isAsset || timesModule.test(file)) await cp(file, path.join(dist, name));
  }
}
