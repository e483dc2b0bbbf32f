import { ToolError } from './run.mjs';

/**
 * The frame of a one-shot tool: what the user can act on is said without a stack, and the exit code tells.
 * @param {() => Promise<void>} main
 */
export async function runTool(main) {
  try {
    await main();
  } catch (error) {
    reportFailure(error);
    process.exitCode = 1;
  }
}

/** @param {unknown} error */
export function reportFailure(error) {
  console.error(error instanceof ToolError ? `\n${error.message}` : error);
}
