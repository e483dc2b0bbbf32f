import { Global, Module } from '@nestjs/common';
import { Outbox } from './outbox.service.js';
import { Sweeper } from './sweeper.js';

@Global()
@Module({ providers: [Outbox], exports: [Outbox] })
export class OutboxModule {}

/** For the worker: puts lost jobs back. */
@Global()
@Module({ providers: [Sweeper], exports: [Sweeper] })
export class SweeperModule {}
