import { isUtf8 } from 'node:buffer';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Config } from '../config/environment.js';
import { AppError } from './errors.js';
import { checkInput, hasBody, requireJson, TEXT_TYPES } from './json-body.js';
import { ProblemFilter } from './problem.filter.js';
import { toAppError } from './problem.js';
import { mayTrack, requestIdFrom, runWithRequestId } from './request-context.js';
import { validationFailed } from './validation.js';

const BODY_LIMIT = '64kb';
const CONTENT_LIMIT = '5mb';
/** Routes whose body is quiz content. */
const CONTENT_ROUTES = /^\/api\/v1\/quizzes(\/import|\/[0-9a-f-]{36}(\/regrade)?)?\/?$/i;

/** Whether a request brings a token of ours: all that can be known of it before its body is read. */
type IsKnown = (request: Request) => Promise<boolean>;

/** Everything an HTTP request passes before Nest's guards: headers, its id, the log, the body. */
export function prepareHttp(app: NestExpressApplication, config: Config, isKnown: IsKnown): void {
  app.set('trust proxy', trustProxy(config.TRUST_PROXY));
  app.disable('x-powered-by');
  // Only what has a version has an ETag.
  app.disable('etag');
  app.use(identify);
  app.use(helmet({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } }));
  app.enableCors({
    origin: config.CORS_ORIGINS.includes('*') ? true : config.CORS_ORIGINS,
    exposedHeaders: [
      'X-Request-Id',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'Location',
      'ETag',
      'Content-Disposition',
      'Age',
      'X-Cache',
      'Idempotent-Replay',
      'X-Device-Token',
    ],
    maxAge: 600,
  });
  app.use(evaluateEtags, logRequests(), requireJson, ...bodyParsers(isKnown), checkInput);
}

/**
 * Answers what nothing else took, and errors outside of `/api/v1`, where Nest has no filter: with Express's own page
 * otherwise, and its stack in development. Runs after `app.init()`, which makes the routes.
 */
export function finishHttp(app: NestExpressApplication): void {
  const filter = app.get(ProblemFilter);
  app.use((_request: Request, _response: Response, next: NextFunction) => next(new AppError('not_found')));
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else void filter.answer(error, request, response);
  });
}

function trustProxy(value: string | undefined): number | string[] | false {
  if (value === undefined) return false;
  return /^\d+$/.test(value) ? Number(value) : value.split(',').map((range) => range.trim());
}

function identify(request: Request, response: Response, next: NextFunction): void {
  const requestId = requestIdFrom(request.headers['x-request-id']);
  response.setHeader('X-Request-Id', requestId);
  runWithRequestId(requestId, next, mayTrack(request.headers));
}

/**
 * `If-None-Match` holds whatever `Cache-Control` says (RFC 9110, section 13.2.2). Express gives up at `no-cache`, which
 * fetch() always sends beside an `If-None-Match` of one's own.
 */
function evaluateEtags(request: Request, _response: Response, next: NextFunction): void {
  if (request.headers['if-none-match'] !== undefined) delete request.headers['cache-control'];
  next();
}

function logRequests() {
  const logger = new Logger('Http');
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    response.once('finish', () => {
      const ms = Math.round(performance.now() - startedAt);
      // The path without its query, which may name a person.
      logger.debug({ method: request.method, path: request.path, status: response.statusCode, ms });
    });
    next();
  };
}

const NOT_UTF8 = 'file.not.utf8';
const SIGN_IN = 'Send the access token of a live session as Authorization: Bearer with so large a body';

/** A text in another encoding would be ruined in silence, a question mark for each of its letters. */
function requireUtf8(_request: unknown, _response: unknown, body: Buffer, charset: string): void {
  if (/^utf-?8$/i.test(charset) && !isUtf8(body)) throw new Error(NOT_UTF8);
}

/** Of errors that body parsers throw; Nest would turn one that has their fields into something of its own. */
function bodyError(error: unknown): AppError {
  const isNotUtf8 = error instanceof Error && error.message === NOT_UTF8;
  const message = 'must be in UTF-8: save it so, or name its charset in the media type';
  return isNotUtf8 ? validationFailed([{ path: 'body', message }]) : toAppError(error);
}

/** What strangers send is not worth reading before they are counted: only who brings a token may send quiz content. */
function bodyParsers(isKnown: IsKnown) {
  const ofSize = (limit: string) => [
    express.json({ limit, strict: false }),
    express.text({ limit, type: TEXT_TYPES, verify: requireUtf8 }),
  ];
  const [small, large] = [ofSize(BODY_LIMIT), ofSize(CONTENT_LIMIT)];
  return [0, 1].map((at) => async (request: Request, response: Response, next: NextFunction) => {
    const isContent = CONTENT_ROUTES.test(request.path) && hasBody(request);
    const mayBeLarge = isContent && (await isKnown(request));
    (mayBeLarge ? large : small)[at]?.(request, response, (error?: unknown) => {
      // Nest turns a SyntaxError that reaches it into a bare 400, and which kind it was is lost.
      const failure = error === undefined ? undefined : bodyError(error);
      // Whose token has just run out must learn that, not that a quiz is too large.
      const isStranger = isContent && !mayBeLarge && failure?.code === 'payload_too_large';
      next(isStranger ? new AppError('unauthenticated', { detail: SIGN_IN }) : failure);
    });
  });
}
