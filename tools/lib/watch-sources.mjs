import { watch } from 'node:fs';
import { inProject } from './paths.mjs';
import { SupervisedProgram } from './supervisor.mjs';

/** The assets of nest-cli.json: copied, not compiled, so the compiler says nothing about them. */
const assets = /\.(lua|txt|html)$/;
/** Editors write a file in several steps, and Nest copies it after them. */
const settleMs = 500;

/**
 * Compiles src/ into build/ whenever it changes.
 * @param {{ dir: string, env: NodeJS.ProcessEnv, stack: import('./stack.mjs').Stack, onBuilt: () => void }} options
 *   `onBuilt`: after every compilation without errors, the first included, and every change of an asset
 */
export function watchSources({ dir, env, stack, onBuilt }) {
  const compiler = new SupervisedProgram({
    name: 'build',
    script: inProject('node_modules/@nestjs/cli/bin/nest.js'),
    args: ['build', '--watch', '--watchAssets', '--preserveWatchOutput'],
    env,
    dir,
    onLine: (line) => line.includes('Found 0 errors') && onBuilt(),
  });
  compiler.settled();
  let timer = null;
  const watcher = watch(inProject('src'), { recursive: true }, (_event, name) => {
    if (!assets.test(name ?? '')) return;
    clearTimeout(timer);
    timer = setTimeout(onBuilt, settleMs);
  });
  stack.add(async () => {
    watcher.close();
    clearTimeout(timer);
    await compiler.stop();
  });
}
