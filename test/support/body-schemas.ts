import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

/** What an OpenAPI document says of a body. */
export interface BodyContent {
  schema?: object;
  example?: unknown;
  examples?: Record<string, unknown>;
}

/** The name that schemas call the document by: what it holds is compiled once. */
const DOCUMENT = 'openapi';

/** The schemas of an OpenAPI document, for holding bodies against them. */
export class BodySchemas {
  private readonly ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));

  constructor(components: object) {
    this.ajv.addSchema({ $id: DOCUMENT, components: ofJsonSchema(components) });
  }

  /** What is wrong with the examples of a body; that it has none, to begin with. */
  problemsOf({ schema, example, examples }: BodyContent): string[] {
    if (!schema) return ['no schema'];
    const values = [
      ...(example === undefined ? [] : [example]),
      ...Object.values(examples ?? {}).map((one) => (one as { value: unknown }).value),
    ];
    if (values.length === 0) return ['no example'];
    const check = this.ajv.compile(ofJsonSchema(schema) as object);
    return values.flatMap((value) => (check(value) ? [] : [this.ajv.errorsText(check.errors)]));
  }
}

/**
 * OpenAPI 3.0 as JSON Schema: `nullable` beside a reference is another alternative; and objects have no fields but those
 * that are listed.
 */
function ofJsonSchema(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('#/components/')) return `${DOCUMENT}${value}`;
  if (Array.isArray(value)) return value.map(ofJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, ofJsonSchema(child)]),
  );
  const isClosed = rest['type'] === 'object' && 'properties' in rest && !('additionalProperties' in rest);
  const copy = isClosed ? { ...rest, additionalProperties: false } : rest;
  return nullable === true ? { anyOf: [copy, { type: 'null' }] } : copy;
}
