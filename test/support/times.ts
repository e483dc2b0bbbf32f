import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { patience } from '../../src/database/patience.js';

/** A time that a module of the built application exports, and what it shall be. */
interface Change {
  file: string;
  name: string;
  to: object;
}

/** PostgreSQL may take as long as it does on a busy machine: without an outage there is no 503. */
const PATIENCE: Change = {
  ...{ file: 'database/patience.js', name: 'patience' },
  to: { answerMs: 10_000 } satisfies typeof patience,
};

/**
 * The environment of processes of the built application whose times are others than in production: patience always, and
 * what is named. Node changes them before it loads the application, which has no setting for them.
 */
export function withTimes(...changes: Change[]): { NODE_OPTIONS: string } {
  const lines = [PATIENCE, ...changes].map(({ file, name, to }) => {
    const url = JSON.stringify(pathToFileURL(path.resolve('dist', file)).href);
    return `import { ${name} } from ${url}; Object.assign(${name}, ${JSON.stringify(to)});`;
  });
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(lines.join('\n'))}` };
}
