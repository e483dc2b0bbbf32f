/**
 * `npm test`: everything a change must pass, on a machine with Node.js alone. `npm test -- STAGE [PATH…]` runs one
 * stage, `npm test -- --only STAGE,STAGE` some; the stages are in tools/lib/test-stages.mjs.
 */
import { installPackages } from './lib/install.mjs';
import { isInterrupted, listenForInterrupts, throwIfInterrupted } from './lib/interrupt.mjs';
import { stopRunningCommands } from './lib/run.mjs';
import { reportFailure } from './lib/tool.mjs';

/** Ends the stage that is running. */
let stopStage = () => undefined;
listenForInterrupts({
  onFirst: () => {
    stopRunningCommands();
    stopStage();
  },
  onAgain: () => stopStage(),
});

try {
  await installPackages();
  throwIfInterrupted();
  process.exitCode = (await runTests()) ? 0 : 1;
} catch (error) {
  process.exitCode = 1;
  if (!isInterrupted()) reportFailure(error);
}
process.exit(isInterrupted() ? 130 : process.exitCode);

async function runTests() {
  // These need what has just been installed.
  const { generateClient } = await import('./lib/generate-client.mjs');
  const { runStages } = await import('./lib/test-run.mjs');
  const { stages } = await import('./lib/test-stages.mjs');
  const { readPlan } = await import('./lib/test-plan.mjs');
  const { closeRunFolder, openRunFolder } = await import('./lib/test-run-folder.mjs');
  const plan = readPlan(process.argv.slice(2), stages);
  await generateClient();
  const folder = await openRunFolder();
  try {
    return await runStages({ ...plan, folder, onStart: (stop) => void (stopStage = stop) });
  } finally {
    await closeRunFolder(folder);
  }
}
