import { html, inline, type Html } from './html.js';
import { nameOf, type JsonSchema } from './json-schema.js';

/** Looks up `$ref`; a schema without one stands for itself. */
export type Resolve = (schema: JsonSchema) => JsonSchema;

interface Field {
  /** Dotted; `top[].rank` is one of each element. */
  path: string;
  schema: JsonSchema;
  required: boolean;
}

/** The fields of an object, those of nested ones below them; nothing when there are none. */
export function fieldTable(schema: JsonSchema, resolve: Resolve): Html {
  const fields = fieldsOf(schema, resolve, '');
  if (fields.length === 0) return html``;
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th>Field</th>
          <th>Type</th>
          <th>Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${fields.map((field) => row(field, resolve))}
      </tbody>
    </table>
  </div>`;
}

const row = ({ path, schema, required }: Field, resolve: Resolve): Html =>
  html`<tr>
    <td><code>${path}</code>${required ? '' : html` <small>optional</small>`}</td>
    <td>${typeText(schema, resolve)}</td>
    <td>${inline(schema.description ?? '')}</td>
  </tr>`;

function fieldsOf(schema: JsonSchema, resolve: Resolve, prefix: string): Field[] {
  const { properties = {}, required = [] } = resolve(schema);
  return Object.entries(properties).flatMap(([name, child]) => {
    const path = `${prefix}${name}`;
    const { items } = resolve(child);
    const nested = items ? fieldsOf(items, resolve, `${path}[].`) : fieldsOf(child, resolve, `${path}.`);
    return [{ path, schema: child, required: required.includes(name) }, ...nested];
  });
}

/** Such as `string (uuid) or null`, or `list of Subscription`. */
export function typeText(schema: JsonSchema, resolve: Resolve): string {
  const { type = 'anything', format, enum: values, const: only, items, oneOf, anyOf } = resolve(schema);
  const variants = oneOf ?? anyOf;
  if (variants) return variants.map((one) => typeText(one, resolve)).join(' or ');
  if (only !== undefined) return JSON.stringify(only);
  if (values) return values.map((value) => JSON.stringify(value)).join(' or ');
  if (items) return `list of ${typeText(items, resolve).replace(/^.* or .*$/, '($&)')}`;
  if (schema.$ref) return nameOf(schema.$ref);
  const types = [type].flat().map((one) => (format && one !== 'null' ? `${one} (${format})` : one));
  return types.join(' or ');
}
