import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { JobExplorer } from './job-explorer.js';
import { Outbox } from './outbox.service.js';
import { Repeats } from './repeats.service.js';
import { RunLog } from './run-log.service.js';
import { Sweeper } from './sweeper.js';

/** Promises jobs, in any process. */
@Global()
@Module({ providers: [Outbox, RunLog], exports: [Outbox, RunLog] })
export class JobsModule {}

/** For whoever does work that comes round: takes turns with it. */
@Global()
@Module({ providers: [Repeats], exports: [Repeats] })
export class RepeatsModule {}

/** For the worker: does them, and puts lost ones back. */
@Global()
@Module({ imports: [DiscoveryModule, RepeatsModule], providers: [Sweeper, JobExplorer] })
export class JobsWorkerModule {}
