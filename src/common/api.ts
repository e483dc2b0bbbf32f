import { applyDecorators } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { etagDecorators, headersOf, type EtagUse, type ResponseHeader } from './api-headers.js';
import { ERRORS, type ErrorCode } from './errors.js';
import { Problem } from './problem.js';

/** What the OpenAPI document says of a route beside what its types say. */
export interface ApiRoute {
  /** The operationId: stable, unique, camelCase. */
  id: string;
  summary: string;
  description?: string;
  /** The codes it answers with, beside those that every route, or every one with a body, has. */
  errors?: ErrorCode[];
  /** The answer to expect; the status and type of the handler when left out. */
  ok?: ApiAnswer;
  /** Whether it has an ETag, and what for; the answer then is to be described by `ok`. */
  etag?: EtagUse;
}

export interface ApiAnswer {
  status: number;
  description?: string;
  type?: new () => unknown;
  /** Made of its properties' examples when left out. */
  example?: unknown;
  /** Beside the ETag. */
  headers?: ResponseHeader[];
}

const EVERYWHERE: ErrorCode[] = ['rate_limited', 'unavailable'];
const WITH_BODY: ErrorCode[] = [
  ...['validation_failed' as const, 'malformed_json' as const],
  ...['payload_too_large' as const, 'unsupported_media_type' as const],
];
const WITH_RETRY = new Set<number>([429, 503]);

/** Documents a route: its operation and every error it answers with, as application/problem+json. */
export function Api(route: ApiRoute): MethodDecorator {
  return (target, name, descriptor) => {
    const ofBody = hasBody(target, name) ? WITH_BODY : [];
    const codes = [...new Set([...ofBody, ...(route.errors ?? []), ...EVERYWHERE])];
    document(route, codes)(target, name, descriptor);
  };
}

/** Parameter decorators run first, so what they said of the handler is known. */
function hasBody(target: object, name: string | symbol): boolean {
  const args: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, name);
  return Object.keys(args ?? {}).some((key) => key.startsWith(`${RouteParamtypes.BODY}:`));
}

function document(route: ApiRoute, codes: ErrorCode[]): MethodDecorator {
  const statuses = [...new Set(codes.map((code) => ERRORS[code][0]))];
  return applyDecorators(
    ApiExtraModels(Problem),
    ApiOperation({
      operationId: route.id,
      summary: route.summary,
      ...(route.description ? { description: route.description } : {}),
    }),
    ...(route.ok ? [success(route.ok, route.etag)] : []),
    ...etagDecorators(route.etag),
    ...statuses.map((status) =>
      refusal(
        status,
        codes.filter((code) => ERRORS[code][0] === status),
      ),
    ),
  );
}

function success(
  { status, description, type, example, headers = [] }: ApiAnswer,
  etag?: EtagUse,
): MethodDecorator {
  const schema = type ? { $ref: getSchemaPath(type) } : undefined;
  return applyDecorators(
    ...(type ? [ApiExtraModels(type)] : []),
    ApiResponse({
      status,
      description: description ?? 'Done',
      headers: headersOf([...(etag ? ['ETag' as const] : []), ...headers]),
      ...(schema
        ? { content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } } }
        : {}),
    }),
  );
}

function refusal(status: number, codes: ErrorCode[]): MethodDecorator {
  return ApiResponse({
    status,
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code][1]}`).join('; '),
    ...(WITH_RETRY.has(status) ? { headers: headersOf(['Retry-After']) } : {}),
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(Problem) },
        examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
      },
    },
  });
}

const problemExample = (code: ErrorCode): Problem => ({
  type: `urn:redistack:problem:${code}`,
  title: ERRORS[code][1],
  status: ERRORS[code][0],
  detail: ERRORS[code][1],
  instance: '/api/v1/…',
  code,
  traceId: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10',
  ...(code === 'mfa_required' ? { ticket: 'q1w2e3…' } : {}),
});
