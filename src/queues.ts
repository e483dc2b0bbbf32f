import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from './config/config.module.js';
import './job-catalogue.js';
import { jobKinds } from './jobs/job-kind.js';
import { QueueModule } from './queue/queue.module.js';
import { QueueInspector } from './queue/queue-inspector.service.js';
import { queueTable, type Seen } from './queue/queue-table.js';
import { RedisModule } from './redis/redis.module.js';

const EVERY_MS = 1_000;
const CLEAR = '\x1b[H\x1b[2J';

const USAGE = `npm run queues               live counts of every queue, until Ctrl-C
npm run queues -- --once     the counts of now
npm run queues -- --json     the same as JSON, a line
`;

@Module({ imports: [ConfigModule, RedisModule, QueueModule] })
class QueuesModule {}

async function look(inspector: QueueInspector): Promise<Seen> {
  const names = jobKinds().map(({ name }) => name);
  const all = await inspector.stats(names);
  return { atMs: Date.now(), queues: all.map((stats, at) => ({ name: names[at] ?? '', ...stats })) };
}

/** @returns the exit code */
async function main(options: string[]): Promise<number> {
  if (options.some((option) => option !== '--once' && option !== '--json')) {
    process.stderr.write(USAGE);
    return 2;
  }
  const app = await NestFactory.createApplicationContext(QueuesModule, {
    logger: ['fatal'],
    abortOnError: false,
  });
  try {
    const inspector = app.get(QueueInspector);
    let before: Seen | undefined;
    for (;;) {
      const seen = await look(inspector);
      if (options.includes('--json')) process.stdout.write(`${JSON.stringify(seen.queues)}\n`);
      else process.stdout.write(`${process.stdout.isTTY ? CLEAR : ''}${queueTable(seen, before)}\n`);
      if (options.length > 0) return 0;
      before = seen;
      await sleep(EVERY_MS);
    }
  } finally {
    await app.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The queues could not be looked at. ${reason}\n`);
  process.exitCode = 2;
}
