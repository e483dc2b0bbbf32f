import { readdirSync, readlinkSync } from 'node:fs';
import { readQuietly } from './processes.mjs';
import { runCommand } from './run.mjs';

/**
 * @param {number} port
 * @returns {Promise<string | null>} the process that listens there, as a person would look for it; null when this
 *   system does not tell us
 */
export async function whoListensOn(port) {
  const pid = process.platform === 'linux' ? linuxPid(port) : await askLsof(port);
  if (!pid) return null;
  const command = readQuietly(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return command ? `process ${pid} (${command.slice(0, 80)})` : `process ${pid}`;
}

function linuxPid(port) {
  const sockets = new Set([...listening('/proc/net/tcp', port), ...listening('/proc/net/tcp6', port)]);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.find((pid) => openFiles(pid).some((file) => sockets.has(file))) ?? null;
}

/** The listening sockets' names as they stand in /proc/PID/fd; see proc_net_tcp(5): local address, state, inode. */
function listening(file, port) {
  const rows = readQuietly(file).split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, local, , state]) => state === '0A' && Number.parseInt(local.split(':')[1], 16) === port)
    .map((fields) => `socket:[${fields[9]}]`);
}

function openFiles(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    // Somebody else's process, or one that has just ended.
    return [];
  }
}

async function askLsof(port) {
  const { code, output } = await runCommand('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN']);
  return code === 0 ? output.trim().split('\n')[0] : null;
}
