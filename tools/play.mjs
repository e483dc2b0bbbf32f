/**
 * `npm run play`: a class at work against a running server. Imports a GIFT file, signs learners of differing skill up,
 * has them answer over REST while some watch over Socket.IO, and says whether everything agrees; so does the exit code.
 */
import { setMaxListeners } from 'node:events';
import { listenForInterrupts } from './lib/interrupt.mjs';
import { ToolError } from './lib/run.mjs';
import { readOptions, usage, UsageError } from './play/options.mjs';
import { playClass } from './play/play-class.mjs';
import { printReport } from './play/report.mjs';
import { Screen } from './play/screen.mjs';
import { summarise } from './play/summary.mjs';

const stop = new AbortController();
// Every request and wait listens: many, and each only while it lasts.
setMaxListeners(0, stop.signal);
listenForInterrupts({ onFirst: () => stop.abort(), onAgain: () => process.exit(130) });
process.exitCode = await main();
// Sockets of fetch that are still open shall keep nobody waiting.
process.exit();

async function main() {
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (options.help) return (process.stdout.write(`${usage}\n`), 0);
    return await play(options);
  } catch (error) {
    if (stop.signal.aborted) return (process.stderr.write('\nStopped; nothing was checked.\n'), 130);
    if (error instanceof UsageError) return (process.stderr.write(`${error.message}\n\n${usage}\n`), 2);
    process.stderr.write(error instanceof ToolError ? `\n${error.message}\n` : `${error?.stack ?? error}\n`);
    return 1;
  }
}

/** @param {import('./play/options.mjs').Options} options */
async function play(options) {
  const screen = new Screen(options.json ? process.stderr : process.stdout);
  try {
    const result = await playClass({ options, screen, signal: stop.signal });
    const summary = summarise(result);
    if (options.json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    else printReport(summary, screen);
    return summary.agrees ? 0 : 1;
  } finally {
    screen.clear();
  }
}
