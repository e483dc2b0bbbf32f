import { LIMITS } from '../question.limits.js';

/** A DTO class, and the classes of the objects it holds. */
export interface DtoClass {
  new (): object;
  readonly nested?: Readonly<Record<string, DtoClass>>;
}

/** One more than a list may hold is enough to see that it holds too many, and bounds the work on a hostile body. */
export const PARTS_SEEN = LIMITS.parts + 1;

/**
 * Turns parsed JSON into an instance that class-validator can judge, at any depth and whatever it is made of.
 * class-transformer's `plainToInstance` throws on null elements and on keys such as `constructor`; this never throws.
 * null counts as absent. An element that is no object becomes null, which `@ValidateNested` refuses with its path.
 */
export function build(type: DtoClass, raw: unknown): object | null {
  if (!isObject(raw)) return null;
  const dto = new type();
  for (const [key, value] of Object.entries(raw)) {
    if (value === null) continue;
    // A key such as `constructor` would break the instance: under another name it is refused as unknown.
    const name = key in Object.prototype ? `"${key}"` : key;
    const inner = type.nested && Object.hasOwn(type.nested, key) ? type.nested[key] : undefined;
    Reflect.set(dto, name, inner ? buildInner(inner, value) : value);
  }
  return dto;
}

function buildInner(type: DtoClass, value: unknown): unknown {
  return Array.isArray(value)
    ? value.slice(0, PARTS_SEEN).map((each) => build(type, each))
    : isObject(value)
      ? build(type, value)
      : value;
}

/** A JSON object, neither list nor null. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
