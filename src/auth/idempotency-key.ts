import type { Request } from 'express';
import { validationFailed } from '../common/validation.js';

const HEADER = 'Idempotency-Key';

/** The request's `Idempotency-Key`, if it sent one. @throws AppError validation_failed */
export function readIdempotencyKey(request: Request): string | undefined {
  const key = request.get(HEADER);
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const message = `${HEADER} takes 1 to 255 visible ASCII characters`;
    throw validationFailed([{ path: HEADER, message }]);
  }
  return key;
}
