import { registerDecorator } from 'class-validator';

/** Control characters, and those that reorder or hide what surrounds them (Unicode TR 36, section 3). */
const DECEPTIVE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** Text one can see: 1 to `max` code points, no space at its ends, nothing that deceives the eye. */
export const isVisibleText = (value: unknown, max: number): boolean =>
  typeof value === 'string' &&
  value !== '' &&
  Array.from(value).length <= max &&
  value.trim() === value &&
  !DECEPTIVE.test(value);

export const VisibleText =
  (max: number): PropertyDecorator =>
  (target, key) =>
    registerDecorator({
      name: 'visibleText',
      target: target.constructor,
      propertyName: String(key),
      validator: {
        validate: (value) => isVisibleText(value, max),
        defaultMessage: () => `$property must be 1 to ${max} visible characters without space at its ends`,
      },
    });
