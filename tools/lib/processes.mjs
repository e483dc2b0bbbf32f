import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './run.mjs';

/**
 * @param {number} pid
 * @returns {boolean} whether it still does anything: a zombie that nobody reaps does not count
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return !isZombie(pid);
}

function isZombie(/** @type {number} */ pid) {
  if (process.platform !== 'linux') return false;
  const stat = readQuietly(`/proc/${pid}/stat`);
  return /^\d+ \(.*\) [ZX]/s.test(stat);
}

/**
 * Whether a pid noted earlier is still that process: pids are used again, and soon so in a container.
 * @param {number} pid
 * @param {string} marker a piece of its command line that nobody else's has, such as its data folder
 * @returns {Promise<boolean>}
 */
export async function isProcess(pid, marker) {
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return false;
  if (process.platform === 'linux') {
    return readQuietly(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').includes(marker);
  }
  const { output } = await runCommand('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
  return output.includes(marker);
}

/**
 * @param {number} group the pid of the process that leads it, or led it
 * @returns {number[]} the pids of its members; on Linux only, elsewhere the leader
 */
export function processesInGroup(group) {
  if (!Number.isInteger(group) || group <= 1) return [];
  if (process.platform !== 'linux') return [group];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  // proc_pid_stat(5): the name in parentheses, then state, parent, group.
  const groupOf = (/** @type {string} */ pid) =>
    readQuietly(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ')[2];
  return pids.filter((pid) => Number(groupOf(pid)) === group).map(Number);
}

/**
 * Asks a process to end and waits until it has; harder and harder.
 * @param {number} pid
 * @param {[NodeJS.Signals, number][]} steps a signal and how many milliseconds it is given
 * @returns {Promise<NodeJS.Signals | null>} the signal that did it; null when it had ended before
 */
export async function stopProcess(pid, steps) {
  for (const [signal, graceMs] of steps) {
    if (!isAlive(pid)) return null;
    sendSignal(pid, signal);
    if (await endsWithin(pid, graceMs)) return signal;
  }
  return null;
}

/**
 * Ends a process that was started apart, as {@link stopProcess} does. From now on it keeps us running until Node has
 * heard of its end: whoever waits for that would else never wake, and nothing after it be done.
 * @param {import('node:child_process').ChildProcess} child
 * @param {[NodeJS.Signals, number][]} steps
 */
export async function stopApart(child, steps) {
  child.ref();
  if (child.pid) await stopProcess(child.pid, steps);
}

async function endsWithin(/** @type {number} */ pid, /** @type {number} */ graceMs) {
  const until = Date.now() + graceMs;
  while (isAlive(pid) && Date.now() < until) await sleep(20);
  return !isAlive(pid);
}

/** @param {number} pid @param {NodeJS.Signals} signal */
export function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Starts a process in a group of its own, so that a terminal's Ctrl-C does not reach it, writing to a log file.
 * @param {string} command
 * @param {string[]} args
 * @param {{ logFile: string, cwd: string, env?: NodeJS.ProcessEnv, user?: { uid: number, gid: number } | null }} options
 * @returns {import('node:child_process').ChildProcess}
 */
export function spawnApart(command, args, { logFile, cwd, env = process.env, user = null }) {
  const log = openSync(logFile, 'a', 0o600);
  try {
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], cwd, env, ...user });
    // A test that forgets its store must not hang for it.
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<void>} when it has ended
 */
export function exitOf(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

/** @param {string} file @returns {string} its text, or nothing */
export function readQuietly(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
