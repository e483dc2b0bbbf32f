import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { JobExplorer } from './job-explorer.js';
import { Outbox } from './outbox.service.js';
import { Sweeper } from './sweeper.js';

/** Promises jobs, in any process. */
@Global()
@Module({ providers: [Outbox], exports: [Outbox] })
export class JobsModule {}

/** For the worker: does them, and puts lost ones back. */
@Module({ imports: [DiscoveryModule], providers: [Sweeper, JobExplorer] })
export class JobsWorkerModule {}
