import { type ArgumentMetadata, Injectable, ValidationPipe, type ValidationError } from '@nestjs/common';
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

/** Work on a property of a request, as it was sent, that takes too long to be done in one go with the judging. */
type Preparation = (value: unknown) => Promise<void>;
const PREPARATION = 'redistack:preparation';

/** Has a property prepared, in place, before its object is judged. */
export const PreparedBy =
  (prepare: Preparation): PropertyDecorator =>
  (target, key) =>
    Reflect.defineMetadata(PREPARATION, { key, prepare }, target.constructor);

@Injectable()
class PatientPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.metatype && typeof value === 'object' && value !== null)
      await prepared(value, metadata.metatype);
    return await super.transform(value, metadata);
  }
}

async function prepared(value: object, metatype: object): Promise<void> {
  const { key, prepare } = (Reflect.getMetadata(PREPARATION, metatype) ?? {}) as {
    key?: PropertyKey;
    prepare?: Preparation;
  };
  if (key !== undefined && prepare) await prepare(Reflect.get(value, key));
}

/** Refuses unknown fields instead of dropping them, and names each path that is wrong. */
export const validationPipe = () =>
  new PatientPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) => validationFailed(flattenErrors(errors)),
  });
