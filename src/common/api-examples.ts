import { createHash } from 'node:crypto';
import type { ReferenceObject, SchemaObject } from '@nestjs/swagger';

type Schema = SchemaObject | ReferenceObject;

const BY_FORMAT: Record<string, string> = {
  'date-time': '2026-11-24T10:30:00.000Z',
  date: '2026-11-24',
  email: 'ada@example.org',
  uri: 'https://example.org',
};

/**
 * Makes examples of schemas: of the examples that their properties have, else of the first word of an enum, the default,
 * or any value of the type. Properties that may be absent are in it only with an example of their own.
 */
export class ExampleWriter {
  constructor(private readonly schemas: Readonly<Record<string, Schema>>) {}

  /** @param name of the property or class that it is of: ids of the same thing are the same */
  of(schema: Schema, name = ''): unknown {
    if ('$ref' in schema) {
      const referred = schema.$ref.split('/').at(-1) ?? '';
      return this.of(this.schemas[referred] ?? {}, referred);
    }
    if (schema.example !== undefined) return schema.example as unknown;
    const [word = schema.default as unknown] = (schema.enum ?? []) as unknown[];
    if (word !== undefined) return word;
    if (schema.allOf) return merged(schema.allOf.map((part) => this.of(part, name)));
    const [either] = schema.oneOf ?? schema.anyOf ?? [];
    return either ? this.of(either, name) : this.ofType(schema, name);
  }

  private ofType(schema: SchemaObject, name: string): unknown {
    const { type, format = '', minItems = 1, items = {}, minimum = 1 } = schema;
    if (type === 'array') return Array.from({ length: minItems }, () => this.of(items, name));
    if (type === 'boolean') return true;
    if (type === 'integer' || type === 'number') return minimum;
    if (type === 'string') return format === 'uuid' ? idOf(name) : (BY_FORMAT[format] ?? 'text');
    return this.ofObject(schema, name);
  }

  private ofObject({ properties = {}, required = [] }: SchemaObject, name: string): object {
    const shown = Object.entries(properties).filter(
      ([key, property]) =>
        required.includes(key) || ('example' in property && property.example !== undefined),
    );
    return Object.fromEntries(
      shown.map(([key, property]) => [key, this.of(property, key === 'id' ? name : key)]),
    );
  }
}

const merged = (parts: unknown[]): unknown =>
  parts.length === 1 ? parts[0] : Object.assign({}, ...(parts as object[]));

/** The id of `QuizPage` and `quizId` is that of a quiz. */
function idOf(name: string): string {
  const thing = /^[A-Z]?[a-z]*/.exec(name)?.[0].toLowerCase() ?? '';
  const hex = createHash('sha256').update(thing).digest('hex');
  return `0199d3f0-${hex.slice(0, 4)}-7${hex.slice(4, 7)}-9${hex.slice(7, 10)}-${hex.slice(10, 22)}`;
}
