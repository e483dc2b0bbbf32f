import { Global, Module } from '@nestjs/common';
import { IdempotencyLookup } from './idempotency-lookup.js';
import { Idempotency } from './idempotency.service.js';

@Global()
@Module({
  providers: [Idempotency, { provide: IdempotencyLookup, useExisting: Idempotency }],
  exports: [Idempotency, IdempotencyLookup],
})
export class IdempotencyModule {}
