import { ValidateBy, type ValidationOptions } from 'class-validator';
import { spanOf } from '../common/period.js';

/** A day of the calendar, as in `2026-11-28`. */
export const IsDay = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: 'isDay',
      validator: {
        validate: (value) => typeof value === 'string' && spanOf('daily', value) !== undefined,
        defaultMessage: () => '$property must be a day such as 2026-11-28',
      },
    },
    options,
  );
