import { Injectable, Param, ParseUUIDPipe, type PipeTransform } from '@nestjs/common';
import { validationFailed } from './validation.js';

/** PostgreSQL reads a UUID in either case, but a Redis key is another one: inside, ids are in lower case. */
@Injectable()
class LowerCasePipe implements PipeTransform<string, string> {
  transform = (value: string): string => value.toLowerCase();
}

/** A path parameter that must be a UUID, in lower case; anything else is 400 naming it, before a database sees it. */
export const IdParam = (name: string): ParameterDecorator =>
  Param(
    name,
    new ParseUUIDPipe({
      exceptionFactory: () => validationFailed([{ path: name, message: `${name} must be a UUID` }]),
    }),
    new LowerCasePipe(),
  );
