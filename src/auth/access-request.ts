import type { Request } from 'express';
import type { Caller } from '../common/caller.js';

/** A request after the access guard. */
export interface AccessRequest extends Request {
  caller?: Caller;
  /** The `Idempotency-Key` of a route marked `@Idempotent()`. */
  idempotencyKey?: string;
}
