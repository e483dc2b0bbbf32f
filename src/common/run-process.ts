import { Logger, type INestApplicationContext } from '@nestjs/common';

const DRAIN_MS = 10_000;

/**
 * Runs one of the two processes: says plainly why it cannot start, drains on SIGTERM and SIGINT (stops taking work,
 * finishes or returns what it holds) and then exits 0, after 10 s at the latest with 1.
 * @param start builds and starts the application
 */
export async function runProcess(start: () => Promise<INestApplicationContext>): Promise<void> {
  try {
    const app = await start();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void drain(app, signal));
  } catch (error) {
    process.stderr.write(`Cannot start. ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function drain(app: INestApplicationContext, signal: string): Promise<void> {
  const logger = new Logger('Process');
  logger.log(`${signal}: draining`);
  setTimeout(() => {
    logger.error(`Not drained within ${DRAIN_MS} ms`);
    process.exit(1);
  }, DRAIN_MS).unref();
  try {
    await app.close();
    process.exit(0);
  } catch (error) {
    logger.error(error);
    process.exit(1);
  }
}
