import { ValidateBy, type ValidationOptions } from 'class-validator';
import { storable } from '../../common/json-body.js';
import { codePoints } from '../text.js';

/** Judges a value beside the rest of its object: what is wrong with it, or null. */
export type Rule = (value: unknown, object: object) => string | null;

/** A property that obeys a rule; the rule's own words are the message. */
export function Obeys(name: string, rule: Rule, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name,
      validator: {
        validate: (value, args) => rule(value, args?.object ?? {}) === null,
        defaultMessage: (args) => (args && rule(args.value, args.object)) ?? `${name} is not obeyed`,
      },
    },
    options,
  );
}

/** Text of 1 to `max` code points that is not blank and that PostgreSQL can hold. */
export function IsText(max: number, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isText',
      validator: {
        validate: (value) => typeof value === 'string' && isText(value, max),
        defaultMessage: () =>
          `${options?.each ? 'each of ' : ''}$property must be a text of 1 to ${max} characters, not blank, with no NUL or lone surrogate`,
      },
    },
    options,
  );
}

function isText(value: string, max: number): boolean {
  return value.trim() !== '' && codePoints(value) <= max && storable(value);
}

/** A list of texts in which none comes twice. */
export const distinctTexts: Rule = (value) => {
  if (!Array.isArray(value)) return null;
  const texts = value.filter((text) => typeof text === 'string').map((text) => text.normalize('NFKC').trim());
  return new Set(texts).size === texts.length ? null : 'the same text comes twice';
};
