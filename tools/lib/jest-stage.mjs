import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inProject, projectRoot } from './paths.mjs';
import { exitOf, sendSignal } from './processes.mjs';

/** @typedef {{ ok: boolean, passed: number, failed: number, skipped: number }} Outcome */

/** A drill may take hours where it is asked for whole. */
const longestMs = (process.env.DRILL === 'whole' ? 180 : 25) * 60_000;
const graceMs = 5000;

/**
 * Runs one Jest project. It and what its tests start are one process group, of which nothing is left when it ends,
 * however it ends; what they start apart has its pid noted in `folder`, and is stopped when that is closed.
 * @param {{ project: string, args: string[], env: NodeJS.ProcessEnv, folder: string, onStart: (stop: () => void) => void }} options
 *   `folder`: where its figures and temporary files go
 * @returns {Promise<Outcome>}
 */
export async function runJest({ project, args, env, folder, onStart }) {
  const results = path.join(folder, `${project}.json`);
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      ...[inProject('node_modules/jest/bin/jest.js'), '--selectProjects', project],
      ...['--json', `--outputFile=${results}`, ...args],
    ],
    {
      cwd: projectRoot,
      env: { ...env, TMPDIR: folder },
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (child.pid) writeFileSync(path.join(folder, 'jest.pid'), String(child.pid));
  const stop = () => stopGroup(child);
  onStart(stop);
  const bound = setTimeout(stop, longestMs);
  await exitOf(child);
  clearTimeout(bound);
  signalGroup(child, 'SIGKILL');
  return outcomeOf(results, child.exitCode === 0);
}

function stopGroup(child) {
  signalGroup(child, 'SIGTERM');
  setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs).unref();
}

const signalGroup = (child, signal) => child.pid && sendSignal(-child.pid, signal);

/** Without figures Jest did not even begin: that counts as one failure, as does a file that cannot be run. */
function outcomeOf(file, ok) {
  try {
    const figures = JSON.parse(readFileSync(file, 'utf8'));
    return {
      ok: ok && figures.success,
      passed: figures.numPassedTests,
      failed: figures.numFailedTests + figures.numRuntimeErrorTestSuites,
      skipped: figures.numPendingTests + figures.numTodoTests,
    };
  } catch {
    return { ok: false, passed: 0, failed: 1, skipped: 0 };
  }
}
