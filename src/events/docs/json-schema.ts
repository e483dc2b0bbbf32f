import type { INestApplication, Type } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { EventsModule } from '../events.module.js';

/** What our documents use of JSON Schema. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  allOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  [keyword: string]: unknown;
}

export const refTo = (schema: string): JsonSchema => ({ $ref: `#/components/schemas/${schema}` });

export const nameOf = (ref: string): string => ref.replace(/.*\//, '');

/** JSON schemas of classes with `@ApiProperty`, and of those they refer to, by name. */
export function schemasOf(app: INestApplication, classes: Type[]): Record<string, JsonSchema> {
  // From 3.1 on, OpenAPI speaks JSON Schema: what may be null has a list of types.
  const options = new DocumentBuilder().setOpenAPIVersion('3.1.0').build();
  // A module without routes: only the classes are wanted.
  const document = SwaggerModule.createDocument(app, options, {
    include: [EventsModule],
    extraModels: classes,
  });
  return withExamples(document.components?.schemas ?? {}, true) as Record<string, JsonSchema>;
}

/**
 * Swagger's `example` is a list in JSON Schema.
 * @param isMap whether the names in `value` are those of fields or classes, not keywords
 */
function withExamples(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((one) => withExamples(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]: [string, unknown]) =>
      name === 'example' && !isMap
        ? ['examples', [child]]
        : [name, withExamples(child, !isMap && name === 'properties')],
    ),
  );
}
