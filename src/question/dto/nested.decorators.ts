import { Exclude, Transform, Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, ValidateNested } from 'class-validator';

/** Keeps class-transformer out of a value: it makes an empty one of these, and `@Transform` then puts the real one. */
@Exclude()
class Opaque {}

/** A list of `min` to `max` objects, each judged by its own class. */
export function Parts(min: number, max: number): PropertyDecorator {
  return all(
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    ValidateNested({ each: true, message: 'must be an object' }),
  );
}

/** The same at the top of a request body: `make` builds each element from parsed JSON. */
export function PartsOfBody(
  min: number,
  max: number,
  make: (raw: unknown) => object | null,
): PropertyDecorator {
  // What is no list becomes undefined, which `@IsArray` refuses in one sentence.
  const buildAll = (raw: unknown): unknown =>
    Array.isArray(raw) ? raw.map((each: unknown) => make(each)) : undefined;
  return all(
    Type((options) => {
      cutTo(max + 1, options?.object[options.property]);
      return Opaque;
    }),
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => buildAll(obj[key])),
    Parts(min, max),
  );
}

/** Drops what is over the limit from the raw list: enough stays to refuse it, and a million nothings cost nothing. */
function cutTo(length: number, list: unknown): void {
  if (Array.isArray(list) && list.length > length) list.length = length;
}

function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
}
