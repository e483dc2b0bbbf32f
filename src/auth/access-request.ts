import type { Request } from 'express';
import type { Caller } from '../common/caller.js';
import type { AppError } from '../common/errors.js';

/** A request after the access guard. */
export interface AccessRequest extends Request {
  caller?: Caller;
  /** Why nobody knows whose token a public route was sent. */
  callerUnknown?: AppError;
  /** The `Idempotency-Key` of a route marked `@Idempotent()`. */
  idempotencyKey?: string;
}
