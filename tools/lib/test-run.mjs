import { performance } from 'node:perf_hooks';
import { isInterrupted } from './interrupt.mjs';
import { runJest } from './jest-stage.mjs';
import { print, secondsSince, step } from './terminal.mjs';
import { stages } from './test-stages.mjs';
import { openTestStores } from './test-stores.mjs';
import { reportFailure } from './tool.mjs';

/**
 * Runs the chosen stages, one after another but for those that may run side by side, up to the first that fails.
 * @param {{ chosen: string[], rest: string[], folder: string, onStart: (stop: () => void) => void }} options
 * @returns {Promise<boolean>} whether all of them passed
 */
export async function runStages({ chosen, rest, folder, onStart }) {
  const began = performance.now();
  const lines = [];
  const total = { passed: 0, failed: 0, skipped: 0 };
  let storesEnv = null;
  let ok = true;
  const run = async (/** @type {import('./test-stages.mjs').Stage} */ stage) => {
    const since = performance.now();
    const outcome = await attempt(async () => {
      if (stage.needsStores) storesEnv ??= await openTestStores(folder);
      const env = { ...process.env, ...storesEnv, NODE_ENV: 'test' };
      return runStage(stage, { rest, env, folder, onStart });
    });
    return { ...outcome, took: secondsSince(since) };
  };
  for (const group of inGroups(stages.filter(({ name }) => chosen.includes(name)))) {
    if (!ok || isInterrupted()) {
      lines.push(...group.map(({ name }) => `  – ${name.padEnd(12)} not run`));
      continue;
    }
    const outcomes = await Promise.all(group.map(run));
    for (const [index, outcome] of outcomes.entries()) {
      ok &&= outcome.ok;
      for (const key of Object.keys(total)) total[key] += outcome[key];
      const name = group[index].name.padEnd(12);
      lines.push(`  ${outcome.ok ? '✓' : '✗'} ${name} ${outcome.took.padStart(8)}  ${tests(outcome)}`);
    }
  }
  print(`\n${lines.join('\n')}`);
  print(`\n${ok ? 'All stages passed' : 'Failed'} in ${secondsSince(began)}.`);
  print(closingLine(total));
  return ok;
}

/** Neighbours that may run side by side are one group. @param {import('./test-stages.mjs').Stage[]} list */
function inGroups(list) {
  /** @type {import('./test-stages.mjs').Stage[][]} */
  const groups = [];
  for (const stage of list) {
    const last = groups.at(-1);
    if (stage.beside && last?.[0]?.beside) last.push(stage);
    else groups.push([stage]);
  }
  return groups;
}

function runStage(stage, { rest, env, folder, onStart }) {
  if (stage.jest) {
    print(`\n── ${stage.name}: ${stage.what}`);
    return runJest({ project: stage.name, args: [...stage.jest, ...rest], env, folder, onStart });
  }
  return step(`${stage.name}: ${stage.what}`, async () => {
    if (!(await stage.run(rest))) throw new StageFailed();
    return { ok: true, passed: 0, failed: 0, skipped: 0 };
  });
}

/** Said already, by the tool that found it. */
class StageFailed extends Error {}

/** A stage that is no test counts among the failures only, so that the closing line never hides one. */
async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StageFailed) && !isInterrupted()) reportFailure(error);
    return { ok: false, passed: 0, failed: 1, skipped: 0 };
  }
}

const tests = ({ passed, failed, skipped }) =>
  passed + failed + skipped === 0 ? '' : closingLine({ passed, failed, skipped });

const closingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
