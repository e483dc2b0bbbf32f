import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppLogger } from './common/logger.js';
import { runProcess } from './common/run-process.js';
import { loadConfig } from './config/environment.js';
import { WorkerModule } from './worker.module.js';

await runProcess(async () => {
  const logger = AppLogger.of('worker', loadConfig());
  const app = await NestFactory.createApplicationContext(WorkerModule, { logger });
  logger.log('Taking jobs', 'Worker');
  return app;
});
