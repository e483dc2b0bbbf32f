import { Global, Module } from '@nestjs/common';
import { Activities } from './activities.service.js';

@Global()
@Module({ providers: [Activities], exports: [Activities] })
export class ActivityModule {}
