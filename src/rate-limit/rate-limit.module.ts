import { Global, Module } from '@nestjs/common';
import { LimitInspector } from './limit-inspector.service.js';
import { LimitWindows } from './limit-windows.service.js';
import { RateLimiter } from './rate-limiter.service.js';

@Global()
@Module({ providers: [LimitWindows, RateLimiter, LimitInspector], exports: [RateLimiter, LimitInspector] })
export class RateLimitModule {}
