/** Every error code of the contract with its HTTP status and title (RFC 9457). */
export const ERRORS = {
  validation_failed: [400, 'The request is not valid'],
  malformed_json: [400, 'The body is not valid JSON'],
  invalid_credentials: [401, 'Wrong name or password'],
  invalid_code: [401, 'The code is not valid'],
  invalid_token: [401, 'The token is not valid'],
  unauthenticated: [401, 'Sign in first'],
  session_expired: [401, 'The session has ended'],
  mfa_required: [401, 'A second factor is needed'],
  forbidden: [403, 'Not allowed'],
  not_found: [404, 'Not found'],
  email_taken: [409, 'The e-mail address is taken'],
  username_taken: [409, 'The username is taken'],
  quiz_not_open: [409, 'The quiz is not open'],
  attempts_exhausted: [409, 'No attempts left'],
  job_active: [409, 'A worker is at this job; wait until it is done'],
  version_conflict: [412, 'Somebody changed it meanwhile'],
  payload_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The media type is not supported'],
  idempotency_key_reused: [422, 'The idempotency key was used for another request'],
  login_locked: [429, 'Too many failed log-ins'],
  rate_limited: [429, 'Too many requests'],
  internal: [500, 'Something went wrong on our side'],
  unavailable: [503, 'Not available at the moment'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof ERRORS;

/** What is wrong with one field; `path` is dotted, as in `answers.2.response`. */
export interface FieldError {
  path: string;
  message: string;
}

export interface ErrorDetails {
  /** One sentence that says what to do. */
  detail?: string;
  errors?: FieldError[];
  /** Seconds until it makes sense to try again. */
  retryAfterSec?: number;
  /** Of `mfa_required` alone: what to send with the code to `POST /auth/mfa/verify`. */
  ticket?: string;
  /** For the log only. */
  cause?: unknown;
}

/** The only error services throw on purpose; the edges turn it into a problem. */
export class AppError extends Error {
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    readonly details: ErrorDetails = {},
  ) {
    super(details.detail ?? ERRORS[code][1], { cause: details.cause });
    this.name = 'AppError';
    this.status = ERRORS[code][0];
  }
}

/** A 503 for a dependency that is away. */
export const unavailable = (what: string, cause?: unknown) =>
  new AppError('unavailable', {
    detail: `${what} is not available; try again shortly`,
    retryAfterSec: 1,
    cause,
  });
