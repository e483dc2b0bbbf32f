import { Global, Module } from '@nestjs/common';
import { CacheGroups } from './cache-groups.service.js';
import { Cache } from './cache.service.js';

@Global()
@Module({ providers: [Cache, CacheGroups], exports: [Cache, CacheGroups] })
export class CacheModule {}
