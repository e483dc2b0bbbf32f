import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { inProject } from './paths.mjs';

const dist = inProject('dist');
const programs = ['main', 'worker', 'seed', 'boards', 'queues', 'lifecycle'];

/** Native code, what finds files or starts threads beside itself, and what packages ask for whether it is there or not. */
const leftToNode = [
  ...['@node-rs/argon2', 'swagger-ui-dist', 'pino', 'class-transformer', 'class-transformer/*'],
  ...['@nestjs/microservices', '@nestjs/microservices/*', '@nestjs/platform-fastify', '@fastify/static'],
  ...['bufferutil', 'utf-8-validate', 'pg-native'],
];

/** Packages in CommonJS call it. */
const banner = `import { createRequire as requireFrom } from 'node:module';
const require = requireFrom(import.meta.url);`;

/** Times that have no setting: files of their own, which whoever tries the programs can change before they load. */
const times = {
  name: 'times',
  setup({ onResolve }) {
    onResolve(
      { filter: /\/(presence\.times|events\.options|patience)\.js$/ },
      ({ path: file, resolveDir }) => ({
        path: `./${path.relative(dist, path.resolve(resolveDir, file))}`,
        external: true,
      }),
    );
  },
};

/** Modules that read files beside them (scripts, pages) find them from a bundle, too. */
const filesBeside = {
  name: 'files-beside',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path: file }) => {
      if (!file.startsWith(dist + path.sep)) return undefined;
      const url = `new URL(${JSON.stringify(path.relative(dist, file))}, import.meta.url).href`;
      return { contents: (await readFile(file, 'utf8')).replaceAll('import.meta.url', url) };
    });
  },
};

/**
 * Makes one file of each compiled program in dist/ and the packages it uses: a process that has to find and open 2,500
 * files takes three times as long to load.
 */
export async function bundlePrograms() {
  await build({
    entryPoints: programs.map((name) => path.join(dist, `${name}.js`)),
    outdir: dist,
    allowOverwrite: true,
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
}
