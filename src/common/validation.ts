import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { AppError, type FieldError } from './errors.js';

/** Nested class-validator errors as a flat list of dotted paths. */
export function flattenErrors(errors: ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const path = parent === '' ? error.property : `${parent}.${error.property}`;
    const own = Object.values(error.constraints ?? {}).map((message) => ({ path, message }));
    return [...own, ...flattenErrors(error.children ?? [], path)];
  });
}

/** More would help nobody: a quiz of the largest size can be wrong in 100,000 places. */
const MAX_ERRORS = 100;

export const validationFailed = (errors: FieldError[]) =>
  new AppError('validation_failed', {
    detail:
      errors
        .map((error) => `${error.path}: ${error.message}`)
        .slice(0, 3)
        .join('; ') || 'The request is not valid',
    errors: errors.slice(0, MAX_ERRORS),
  });

/** Refuses unknown fields instead of dropping them, and names each path that is wrong. */
export const validationPipe = () =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) => validationFailed(flattenErrors(errors)),
  });
