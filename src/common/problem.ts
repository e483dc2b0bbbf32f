import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { AppError, ERRORS, type ErrorCode, type FieldError } from './errors.js';
import { currentRequestId } from './request-context.js';

/** One of the `errors` of a problem. */
class FieldProblem implements FieldError {
  /** Dotted, as in `answers.2.response`. */
  @ApiProperty({ example: 'answers.2.response' })
  path: string;

  @ApiProperty({ example: 'must be a list of option ids' })
  message: string;
}

/** The one error shape, RFC 9457 with our `code`, `traceId` and `errors`. */
export class Problem {
  @ApiProperty({ format: 'uri', example: 'urn:redistack:problem:not_found' })
  type: string;

  @ApiProperty({ example: 'Not found' })
  title: string;

  @ApiProperty({ type: 'integer', example: 404 })
  status: number;

  @ApiProperty({ description: 'What to do about it', example: 'There is no such quiz' })
  detail: string;

  @ApiProperty({ description: 'The path or the socket event asked for', example: '/api/v1/quizzes/1' })
  instance: string;

  @ApiProperty({ enum: Object.keys(ERRORS), description: 'Stable: branch on this' })
  code: string;

  @ApiProperty({ description: 'The `X-Request-Id`, under which the log has more' })
  traceId: string;

  @ApiPropertyOptional({ type: [FieldProblem] })
  errors?: FieldError[];

  @ApiPropertyOptional({
    description:
      'With `mfa_required` only: send it with the code to `POST /auth/mfa/verify`, within 5 minutes',
  })
  ticket?: string;
}

/** @param instance the path asked for, or the socket event */
export function toProblem(error: AppError, instance: string): Problem {
  return {
    type: `urn:redistack:problem:${error.code}`,
    title: ERRORS[error.code][1],
    status: error.status,
    detail: error.message,
    instance,
    code: error.code,
    traceId: currentRequestId(),
    ...(error.details.errors ? { errors: error.details.errors } : {}),
    ...(error.details.ticket === undefined ? {} : { ticket: error.details.ticket }),
  };
}

const BY_STATUS: Record<number, ErrorCode> = {
  400: 'validation_failed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
  503: 'unavailable',
};

/** Any thrown value as an AppError; what is unknown becomes `internal` and keeps its cause for the log. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isOutage(error)) return new AppError('unavailable', { retryAfterSec: 1, cause: error });
  const status = statusOf(error);
  if (status === undefined || status >= 500) return new AppError('internal', { cause: error });
  const code = bodyParserCode(error) ?? BY_STATUS[status] ?? 'validation_failed';
  return new AppError(code, { cause: error });
}

const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null && name in error ? Reflect.get(error, name) : undefined;

function statusOf(error: unknown): number | undefined {
  const status = field(error, 'status');
  return typeof status === 'number' ? status : undefined;
}

function bodyParserCode(error: unknown): ErrorCode | undefined {
  return field(error, 'type') === 'entity.parse.failed' ? 'malformed_json' : undefined;
}

// Names and codes under which ioredis, pg and Prisma report that the other side is away, frozen or starting.
const OUTAGE_NAMES = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError', 'AbortError']);
const OUTAGE_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'NR_CLOSED'],
  ...[
    'P1001',
    'P1002',
    'P1008',
    'P1017',
    'P2024',
    'P2028',
    '57P01',
    '57P02',
    '57P03',
    '53300',
    '08006',
    '08001',
    '08003',
    '08000',
  ],
]);
const OUTAGE_TEXT =
  /Connection is closed|Command timed out|Stream isn't writeable|LOADING |MASTERDOWN|READONLY |MISCONF|OOM command|TRYAGAIN|timeout exceeded when trying to connect|Connection terminated|Can't reach database|DatabaseNotReachable|ConnectionClosed|query_canceled|canceling statement due to statement timeout|Query read timeout|is not queryable|Code: `(?:08|53|57P|25006)/;

/** Whether an error says that Redis or PostgreSQL is away, rather than that the request was wrong. */
export function isOutage(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at !== undefined && at !== null && depth < 5; depth += 1) {
    const code = field(at, 'code');
    if (typeof code === 'string' && OUTAGE_CODES.has(code)) return true;
    if (at instanceof Error && (OUTAGE_NAMES.has(at.name) || OUTAGE_TEXT.test(at.message))) return true;
    at = field(at, 'cause');
  }
  return false;
}
