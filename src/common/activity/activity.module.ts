import { Global, Module } from '@nestjs/common';
import { Activities } from './activities.service.js';
import { LastActive } from './last-active.service.js';

@Global()
@Module({ providers: [Activities], exports: [Activities] })
export class ActivityModule {}

/** For features that store when somebody was last there. */
@Module({ providers: [LastActive], exports: [LastActive] })
export class LastActiveModule {}
