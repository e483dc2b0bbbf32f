import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Stack } from './stack.js';

/** The most memory that the processes of a stack took, in MB by their names, until the returned function is called. */
export function watchMemory(stack: Stack): () => Map<string, number> {
  const peaks = new Map<string, number>();
  const look = async () => {
    for (const one of [...stack.apis, ...stack.workers]) {
      const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(one.pid)]);
      peaks.set(one.name, Math.max(peaks.get(one.name) ?? 0, Math.round(Number(stdout) / 1024)));
    }
  };
  const timer = setInterval(() => void look().catch(() => undefined), 500);
  return () => {
    clearInterval(timer);
    return peaks;
  };
}

/** Such as "210 MB in dist/main.js, 180 MB in dist/worker.js". */
export const told = (peaks: ReadonlyMap<string, number>): string =>
  [...peaks].map(([name, mb]) => `${mb} MB in ${name}`).join(', ');
