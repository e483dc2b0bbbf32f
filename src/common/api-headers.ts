import { ApiHeader, ApiResponse } from '@nestjs/swagger';

const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string' as const },
  example,
});
const count = (description: string, example: number) => ({
  description,
  schema: { type: 'integer' as const },
  example,
});

/** What answers carry beside their bodies, as the OpenAPI document describes it. */
export const RESPONSE_HEADERS = {
  ETag: text('Stands for what was answered: good for `If-None-Match` and, of a quiz, for `If-Match`', '"r7"'),
  Location: text('Where to go on', '/api/v1/submissions/0199d3f2-7e11-7a3b-9d20-4f5e6a7b8c9d'),
  'Retry-After': count('Seconds until it makes sense to ask (again)', 1),
  Age: count('Seconds since it was computed', 12),
  'X-Cache': text('`HIT` when it was computed before, `MISS` when it was computed now', 'HIT'),
  'Idempotent-Replay': text('`true` when this is the first answer again', 'true'),
  'Content-Disposition': text('The name of the file', 'attachment; filename="Redis-basics.gift"'),
  'X-Request-Id': text(
    'The request, as logs name it; the one that was sent, if it is sane',
    '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10',
  ),
  'X-Device-Token': text(
    'Stands for this device at its next log-in',
    'k1Kw7ZXhn-xyRprB4Egr_w.20785.-yP8lTS9n4JuOiM9Nn2MhAOOx2H3dV_d-SFPvmIztpM',
  ),
  RateLimit: text('What is left of a limit, and until when, in seconds', '"user";r=598;t=42'),
  'RateLimit-Policy': text('A limit and its window, in seconds', '"user";q=600;w=60'),
};
export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

/** Descriptions of these headers, for an answer. */
export const headersOf = (names: readonly ResponseHeader[]) =>
  Object.fromEntries(names.map((name) => [name, RESPONSE_HEADERS[name]]));

/** What a route with an ETag takes and answers: one that is read again, one that is changed, one that only tells it. */
export type EtagUse = 'read' | 'guarded' | 'told';

/** Describes what may be asked by an ETag (RFC 9110, 13.1). */
export function etagDecorators(use: EtagUse | undefined): MethodDecorator[] {
  if (use === 'guarded')
    return [conditional('If-Match', 'Only if it is still the one with one of these ETags, such as `"r7"`')];
  if (use !== 'read') return [];
  return [
    conditional('If-None-Match', 'Only if it is none with one of these ETags, such as `"r7"`'),
    ApiResponse({
      status: 304,
      description: '`If-None-Match` names what is there: nothing is sent again',
      headers: headersOf(['ETag']),
    }),
  ];
}

const conditional = (name: string, description: string): MethodDecorator =>
  ApiHeader({ name, required: false, description, schema: { type: 'string' } });
