import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readableLine } from './log-line.mjs';
import { projectRoot } from './paths.mjs';
import { forgetPid, notePid, pidIn } from './pid-file.mjs';
import { exitOf, stopProcess } from './processes.mjs';
import { ToolError } from './run.mjs';
import { print } from './terminal.mjs';

const firstPauseMs = 200;
const longestPauseMs = 10_000;
/** Having run this long, a death is no longer one of a series. */
const steadyMs = 10_000;
const triesAtStart = 3;
const drainSeconds = 10;
/** Long enough to finish or hand back what it holds; then by force. */
const stopSteps = /** @type {[NodeJS.Signals, number][]} */ ([
  ['SIGTERM', drainSeconds * 1000],
  ['SIGKILL', 5000],
]);

/**
 * Keeps one Node program running, in a process group of its own, so that a terminal's Ctrl-C does not reach it
 * before we say so. What it prints is shown behind its name.
 */
export class SupervisedProgram {
  #child = null;
  #timer = null;
  #stopping = false;
  #settled = false;
  #deaths = 0;
  #startedAt = 0;
  #fail = () => undefined;

  /**
   * @param {{ name: string, script: string, args?: string[], env: NodeJS.ProcessEnv, dir: string,
   *   onLine?: (line: string) => void }} options `script`: absolute; `dir`: where its pid file goes; `onLine`: told
   *   of what it prints
   */
  constructor(options) {
    this.options = options;
    /** Rejects when it dies again and again before it was {@link settled}. @type {Promise<never>} */
    this.failed = new Promise((_resolve, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined);
    this.#start();
  }

  /** It has come up once: from now on it is started again however often it dies. */
  settled() {
    this.#settled = true;
  }

  /** How long it has been running since it was last started; 0 while it is not. */
  get uptimeMs() {
    return this.#startedAt === 0 ? 0 : Date.now() - this.#startedAt;
  }

  /** At once, for a user who does not want to wait; {@link stop} is still to be called. */
  kill() {
    this.#stopping = true;
    this.#child?.kill('SIGKILL');
  }

  /** Ends it as {@link stop} does, and starts it anew. */
  async restart() {
    const child = this.#child;
    await this.stop();
    if (child) await exitOf(child);
    this.#stopping = false;
    this.#deaths = 0;
    this.#start();
  }

  async stop() {
    const { name, dir } = this.options;
    this.#stopping = true;
    clearTimeout(this.#timer);
    const by = this.#child?.pid ? await stopProcess(this.#child.pid, stopSteps) : null;
    if (by === 'SIGKILL') print(`${label(name)}did not stop within ${drainSeconds} s and was killed`);
    forgetPid(pidFileOf(dir, name));
  }

  #start() {
    const { name, script, args = [], env, dir } = this.options;
    this.#startedAt = Date.now();
    const child = spawn(process.execPath, [script, ...args], {
      cwd: projectRoot,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    if (child.pid) notePid(pidFileOf(dir, name), child.pid, script);
    for (const stream of [child.stdout, child.stderr]) this.#show(stream);
    child.once('error', (error) => this.#fail(error));
    child.once('exit', (code, signal) => this.#ended(signal ?? `exit code ${code}`));
  }

  #show(stream) {
    const { name, onLine } = this.options;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '') return;
      for (const part of readableLine(line).split('\n')) print(label(name) + part);
      onLine?.(line);
    });
  }

  #ended(how) {
    const lastedMs = this.uptimeMs;
    this.#startedAt = 0;
    if (this.#stopping) return;
    const { name } = this.options;
    this.#deaths = lastedMs > steadyMs ? 1 : this.#deaths + 1;
    if (!this.#settled && this.#deaths >= triesAtStart) {
      const times = `${this.#deaths} times`;
      this.#fail(new ToolError(`The ${name} ended ${times} while starting (${how}); the reason is above.`));
      return;
    }
    const pauseMs = Math.min(firstPauseMs * 2 ** (this.#deaths - 1), longestPauseMs);
    print(`${label(name)}ended (${how}); starting it again in ${pauseMs / 1000} s`);
    this.#timer = setTimeout(() => this.#start(), pauseMs);
  }
}

/**
 * Stops what an earlier start, itself killed, left running under this name.
 * @param {string} dir
 * @param {string} name
 * @returns {Promise<boolean>} whether there was something
 */
export async function stopLeftOverProgram(dir, name) {
  const file = pidFileOf(dir, name);
  const pid = await pidIn(file);
  if (pid) await stopProcess(pid, stopSteps);
  forgetPid(file);
  return pid !== null;
}

const pidFileOf = (dir, name) => path.join(dir, `${name}.pid`);
const label = (name) => `${name.padEnd(6)} │ `;
