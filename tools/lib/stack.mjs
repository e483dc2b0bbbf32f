import path from 'node:path';
import { mkdirSync } from 'node:fs';
import { interruption, isInterrupted, listenForInterrupts, throwIfInterrupted } from './interrupt.mjs';
import { forgetPid, notePid, pidIn } from './pid-file.mjs';
import { stopRunningCommands, ToolError } from './run.mjs';
import { print } from './terminal.mjs';
import { reportFailure } from './tool.mjs';

/**
 * What has been started, and how it is stopped: the last first, so that the stores, which everything else needs,
 * end last.
 */
export class Stack {
  /** @type {(() => Promise<unknown>)[]} */
  #stops = [];
  /** @type {(() => void)[]} */
  #kills = [];
  stopping = false;

  get isEmpty() {
    return this.#stops.length === 0;
  }

  /** @param {() => Promise<unknown>} stop @param {() => void} [kill] when the user cannot wait for it */
  add(stop, kill) {
    this.#stops.push(stop);
    if (kill) this.#kills.push(kill);
  }

  kill() {
    for (const kill of this.#kills) kill();
  }

  async stop() {
    this.stopping = true;
    for (const stop of this.#stops.reverse()) await stop().catch(reportFailure);
    this.#stops = [];
  }
}

/**
 * Runs a stack until the user stops it. Whatever the end, everything that was started is stopped, and the exit code
 * tells: 0 after an interruption of what was up, 130 before that, 1 after a failure.
 * @param {string} dir DATA_DIR
 * @param {(stack: Stack) => Promise<void>} bringUp
 */
export async function runStack(dir, bringUp) {
  const stack = new Stack();
  listenForInterrupts({ onFirst: stopRunningCommands, onAgain: (times) => hurry(stack, times) });
  const claimFile = path.join(dir, 'tool.pid');
  let isUp = false;
  try {
    await claim(claimFile);
    await bringUp(stack);
    throwIfInterrupted();
    isUp = true;
    await interruption();
  } catch (error) {
    // A command that was ended by the interruption has not failed.
    process.exitCode = isInterrupted() ? 130 : 1;
    if (!isInterrupted()) reportFailure(error);
  }
  if (isUp) print('\nStopping: the application first, the stores last.');
  else if (!stack.isEmpty) print('\nStopping what was started.');
  await stack.stop();
  if ((await pidIn(claimFile)) === process.pid) forgetPid(claimFile);
  if (isUp || isInterrupted()) print('Stopped.');
  // Timers and sockets of libraries must not keep us.
  process.exit();
}

function hurry(stack, times) {
  if (times === 2) print('Not waiting for the application; the stores still end in order.');
  stack.kill();
}

/** One stack for each DATA_DIR: a second would stop the stores of the first. */
async function claim(file) {
  mkdirSync(path.dirname(file), { recursive: true });
  const other = await pidIn(file);
  if (other) {
    throw new ToolError(
      `RediStack is already running with this DATA_DIR (process ${other}).\n` +
        `Stop it (Ctrl-C where it runs, or kill ${other}), or give this one a DATA_DIR and a PORT of its own.`,
    );
  }
  notePid(file, process.pid, 'tools/');
}
