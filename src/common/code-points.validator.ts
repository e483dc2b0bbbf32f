import { ValidateBy, buildMessage } from 'class-validator';

/** Text of so many Unicode code points, which no emoji counts twice in. */
export const CodePoints = (min: number, max: number): PropertyDecorator =>
  ValidateBy({
    name: 'codePoints',
    constraints: [min, max],
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isWithin(value, min, max),
      defaultMessage: buildMessage((each) => `${each}$property must have ${min} to ${max} characters`),
    },
  });

// Code points are at most as many as code units, and at least half as many.
function isWithin(text: string, min: number, max: number): boolean {
  if (text.length > 2 * max) return false;
  const count = [...text].length;
  return count >= min && count <= max;
}
