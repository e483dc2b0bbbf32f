import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventsModule } from './events/events.module.js';
import { FoundationModule } from './foundation.module.js';
import { DormancySweep } from './lifecycle/dormancy.sweep.js';
import { LifecycleSweepsModule } from './lifecycle/lifecycle.module.js';
import { Lifecycle } from './lifecycle/lifecycle.service.js';
import { WarningsSweep } from './lifecycle/warnings.sweep.js';

const AGAIN_MS = 250;
/** Longer than the turn of a worker that died in it. */
const PATIENCE_MS = 15_000;

const USAGE = `npm run lifecycle                 sweep accounts and orphaned keys now, due or not; old rows are left to the workers
npm run lifecycle -- --dry-run    tell whose accounts would fall dormant, and who would be warned; change nothing

Exit code: 0 when it was done, 1 when another process is at it, 2 when it failed or a store was not reached.
`;

@Module({ imports: [FoundationModule, EventsModule, LifecycleSweepsModule] })
class LifecycleCommandModule {}

const tell = (line: string) => process.stderr.write(`${line}\n`);

/** A line for each user to standard output, what they are counted to the other. */
async function preview(app: INestApplicationContext): Promise<number> {
  for (const [what, pages] of [
    ['dormant', app.get(DormancySweep).due()],
    ['warned', app.get(WarningsSweep).due()],
  ] as const) {
    let count = 0;
    for await (const page of pages) {
      for (const userId of page) process.stdout.write(`${what} ${userId}\n`);
      count += page.length;
    }
    tell(`${count} would be ${what}`);
  }
  return 0;
}

async function sweep(app: INestApplicationContext): Promise<number> {
  const lifecycle = app.get(Lifecycle);
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const failed = await lifecycle.sweepNow(tell);
    for (const { name, error } of failed ?? []) tell(`${name} failed: ${error.message}`);
    if (failed) return failed.length === 0 ? 0 : 2;
    await sleep(AGAIN_MS);
  }
  tell('Another process is at it');
  return 1;
}

/** The operator's command. @returns its exit code */
async function main(options: string[]): Promise<number> {
  if (options.length > 1 || options.some((option) => option !== '--dry-run')) {
    tell(USAGE);
    return 2;
  }
  const app = await NestFactory.createApplicationContext(LifecycleCommandModule, {
    logger: ['fatal'],
    abortOnError: false,
  });
  try {
    return await (options.length === 1 ? preview(app) : sweep(app));
  } finally {
    await app.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  tell(`The sweep failed. ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
