import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { JobExplorer } from './job-explorer.js';
import { Outbox } from './outbox.service.js';
import { Repeats } from './repeats.service.js';
import { Sweeper } from './sweeper.js';

/** Promises jobs, in any process. */
@Global()
@Module({ providers: [Outbox], exports: [Outbox] })
export class JobsModule {}

/** For the worker: does them, puts lost ones back, and takes turns with what comes round. */
@Global()
@Module({ imports: [DiscoveryModule], providers: [Sweeper, Repeats, JobExplorer], exports: [Repeats] })
export class JobsWorkerModule {}
