import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** The `Idempotency-Key` of a request, as the access guard checked it; undefined when it has none. */
export const IdempotencyKey = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | undefined => {
    return context.switchToHttp().getRequest<Request & { idempotencyKey?: string }>().idempotencyKey;
  },
);
