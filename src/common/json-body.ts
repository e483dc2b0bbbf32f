import type { NextFunction, Request, Response } from 'express';
import { AppError, type FieldError } from './errors.js';
import { validationFailed } from './validation.js';

const MAX_DEPTH = 10;
/** Far above what the largest quiz holds; validating more would keep others waiting. */
const MAX_VALUES = 100_000;
/** In one object. Validation takes time by the square of it: 99,000 kept a process for 10 s. */
const MAX_NAMES = 1_000;
/** The one route that reads text: files of questions. */
const TEXT_ROUTE = /^\/api\/v1\/quizzes\/import\/?$/i;
/** The one page with a form; mail programs post to it, too. What they send is not read. */
const FORM_ROUTE = /^\/unsubscribe\/?$/;
/** What such a file is sent as. */
export const TEXT_TYPES = ['text/plain', 'text/xml', 'application/xml'];
export const SEND_FILE = 'Send the file as text/plain or application/xml';
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Refuses, in body and query, what later layers trip over: nesting deeper than 10, more values or names than can be
 * validated in a moment, keys that reach prototypes, and text that PostgreSQL cannot hold (NUL, lone surrogates).
 */
export function checkInput(request: Request, _response: Response, next: NextFunction): void {
  // A file is judged by the route that reads it.
  const isFile = TEXT_ROUTE.test(request.path);
  const problem = (isFile ? undefined : findProblem(request.body)) ?? findProblem(request.query);
  if (problem) next(validationFailed([problem]));
  else next();
}

/** The first thing in a JSON value that later layers would trip over, with its path. */
export function findProblem(body: unknown): FieldError | undefined {
  let values = 0;
  const visit = (value: unknown, path: string, depth: number): FieldError | undefined => {
    values += 1;
    if (values > MAX_VALUES) return { path, message: `is one of more than ${MAX_VALUES} values` };
    if (typeof value === 'string') {
      return storable(value) ? undefined : { path, message: 'must not contain NUL or lone surrogates' };
    }
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return undefined;
    if (depth >= MAX_DEPTH) return { path, message: `is nested deeper than ${MAX_DEPTH}` };
    const children = Object.entries(value);
    if (!Array.isArray(value) && children.length > MAX_NAMES)
      return { path, message: `has more than ${MAX_NAMES} names` };
    for (const [key, child] of children) {
      const at = path === '' ? key : `${path}.${key}`;
      if (!allowedName(key)) return { path: at.replaceAll('\0', ''), message: 'is not an allowed name' };
      const problem = visit(child, at, depth + 1);
      if (problem) return problem;
    }
    return undefined;
  };
  return visit(body, '', 0);
}

const allowedName = (key: string): boolean => !FORBIDDEN_KEYS.has(key) && storable(key);

/** Whether PostgreSQL stores this text as it is. */
export const storable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

export function hasBody({ headers }: Request): boolean {
  const length = headers['content-length'] ?? '0';
  return length !== '0' || headers['transfer-encoding'] !== undefined;
}

/** Lets only JSON through, and to the route that reads files only text. */
export function requireJson(request: Request, _response: Response, next: NextFunction): void {
  if (FORM_ROUTE.test(request.path)) {
    next();
    return;
  }
  const isFile = TEXT_ROUTE.test(request.path);
  if (hasBody(request) && !request.is(isFile ? TEXT_TYPES : ['json'])) {
    const detail = isFile ? SEND_FILE : 'Send application/json';
    next(new AppError('unsupported_media_type', { detail }));
  } else next();
}
