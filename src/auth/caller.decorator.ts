import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller as CallerInfo } from '../common/caller.js';
import { AppError } from '../common/errors.js';
import type { AccessRequest } from './access-request.js';
import { unauthenticated } from './unauthenticated.js';

/** The type of `@Caller()` parameters. */
export type Caller = CallerInfo;

/** Who makes the request, as the access guard found. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): CallerInfo => {
  const { caller } = context.switchToHttp().getRequest<AccessRequest>();
  if (!caller) throw new AppError('unauthenticated');
  return caller;
});

/** Who makes a request of a public route, if somebody is signed in. */
export const OptionalCaller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): CallerInfo | undefined =>
    context.switchToHttp().getRequest<AccessRequest>().caller,
);

/** For `@DemandCaller()`. @throws AppError unauthenticated; unavailable while nobody knows whose token it is */
export type DemandCaller = () => CallerInfo;

/** Asks who makes a request of a public route, when that turns out to be needed. */
export const DemandCaller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): DemandCaller =>
    () => {
      const { caller, callerUnknown } = context.switchToHttp().getRequest<AccessRequest>();
      if (!caller) throw callerUnknown ?? unauthenticated();
      return caller;
    },
);
