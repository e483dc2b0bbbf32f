import { Global, Module } from '@nestjs/common';
import { EarlyRefusals } from '../common/problem.filter.js';
import { AnonymousRefusals } from './anonymous-refusals.service.js';
import { LimitInspector } from './limit-inspector.service.js';
import { LimitWindows } from './limit-windows.service.js';
import { RateLimiter } from './rate-limiter.service.js';

@Global()
@Module({
  providers: [
    ...[LimitWindows, RateLimiter, LimitInspector],
    { provide: EarlyRefusals, useClass: AnonymousRefusals },
  ],
  exports: [RateLimiter, LimitInspector, EarlyRefusals],
})
export class RateLimitModule {}
