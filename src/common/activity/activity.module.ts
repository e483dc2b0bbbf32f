import { Global, Module } from '@nestjs/common';
import { Activities } from './activities.service.js';
import { LastActive } from './last-active.service.js';

@Global()
@Module({ providers: [Activities, LastActive], exports: [Activities, LastActive] })
export class ActivityModule {}
