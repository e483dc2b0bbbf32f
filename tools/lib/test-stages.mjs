import { buildApp, isBuilt } from './build-app.mjs';
import { inProject } from './paths.mjs';
import { runCommand } from './run.mjs';
import { print } from './terminal.mjs';

/** Most of what a test does is wait. */
const sideBySide = ['--maxWorkers=2'];

/**
 * What a change must pass, cheapest first. `beside`: may run together with its neighbours that say so; `jest` names a
 * project of jest.config.mjs; `needsStores`: a PostgreSQL for its databases, and a Redis program for the servers its
 * tests start.
 * @typedef {{ name: string, what: string, run?: (paths: string[]) => Promise<boolean>, beside?: boolean, jest?: string[],
 *   needsStores?: boolean, needs?: string[] }} Stage
 * @type {Stage[]}
 */
export const stages = [
  {
    name: 'format',
    what: 'Prettier',
    beside: true,
    run: (paths) => check('prettier/bin/prettier.cjs', ['--check', ...orAll(paths)]),
  },
  {
    name: 'lint',
    what: 'ESLint',
    beside: true,
    run: (paths) => check('eslint/bin/eslint.js', ['--max-warnings', '0', ...orAll(paths)]),
  },
  {
    name: 'types',
    what: 'TypeScript',
    beside: true,
    run: () => check('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit']),
  },
  {
    name: 'dependencies',
    what: 'who may import whom',
    beside: true,
    run: () =>
      check('dependency-cruiser/bin/dependency-cruise.mjs', [
        ...['--config', '.dependency-cruiser.mjs'],
        ...['src', 'test', 'tools'],
      ]),
  },
  { name: 'unit', what: 'unit tests', jest: sideBySide },
  { name: 'build', what: 'the application, compiled', run: build },
  { name: 'redis', what: 'scripts and keys on a real Redis', jest: sideBySide, needsStores: true },
  {
    name: 'e2e',
    what: 'the built application, end to end',
    jest: sideBySide,
    needsStores: true,
    needs: ['build'],
  },
  {
    name: 'drills',
    what: 'faults, and what takes a quiet machine',
    jest: ['--runInBand'],
    needsStores: true,
    needs: ['build'],
  },
];

const orAll = (/** @type {string[]} */ paths) => (paths.length > 0 ? paths : ['.']);

/** What a tool has to say is shown when it has found something. */
async function check(program, args) {
  const { code, output } = await runCommand(process.execPath, [inProject('node_modules', program), ...args]);
  if (code !== 0) print(output.trimEnd());
  return code === 0;
}

async function build() {
  if (!(await isBuilt())) await buildApp();
  return true;
}
