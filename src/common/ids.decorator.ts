import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsUUID } from 'class-validator';

const inLowerCase = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);

/** An id in a body or a client event: a UUID, in lower case as ids are inside (see `IdParam`). */
export const IsId = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => inLowerCase(value)),
    IsUUID(),
  );

/** A list of them; whether it is one, and how long, is left to other decorators. */
export const AreIds = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(inLowerCase) : value)),
    IsUUID('all', { each: true }),
  );
