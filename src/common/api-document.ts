import type {
  MediaTypeObject,
  OpenAPIObject,
  OperationObject,
  ReferenceObject,
  ResponseObject,
} from '@nestjs/swagger';
import { ExampleWriter } from './api-examples.js';
import { RESPONSE_HEADERS, type ResponseHeader } from './api-headers.js';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Adds to an OpenAPI document what holds for every operation: an example of each body, and the headers that all have. */
export function completed(document: OpenAPIObject): OpenAPIObject {
  const write = new ExampleWriter(document.components?.schemas ?? {});
  for (const operation of operationsOf(document)) {
    for (const content of contentsOf(operation)) {
      if (content.schema && content.example === undefined && content.examples === undefined)
        content.example = write.of(content.schema);
    }
    describeHeaders(operation);
  }
  return { ...document, components: { ...document.components, headers: RESPONSE_HEADERS } };
}

const operationsOf = ({ paths }: OpenAPIObject): OperationObject[] =>
  Object.values(paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []));

const contentsOf = ({ requestBody, responses }: OperationObject): MediaTypeObject[] =>
  [requestBody, ...Object.values(responses)].flatMap((part) =>
    part && 'content' in part ? Object.values(part.content ?? {}) : [],
  );

/** Whatever is limited tells what is left. */
function describeHeaders({ responses }: OperationObject): void {
  const limited: ResponseHeader[] = '429' in responses ? ['RateLimit', 'RateLimit-Policy'] : [];
  for (const [status, response] of Object.entries(responses)) {
    if (!isResponse(response)) continue;
    const names: ResponseHeader[] = ['X-Request-Id', ...(/^[2-4]/.test(status) ? limited : [])];
    response.headers = { ...response.headers, ...referencesTo(names) };
  }
}

const isResponse = (response: ResponseObject | ReferenceObject | undefined): response is ResponseObject =>
  response !== undefined && !('$ref' in response);

const referencesTo = (names: ResponseHeader[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
