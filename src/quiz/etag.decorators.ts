import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '../common/errors.js';

/** The ETag of a quiz at a revision. */
export const etagOf = (revision: number): string => `"r${revision}"`;

/** The revision named by `If-Match`; undefined when the header is absent or `*`. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined => {
  const header = context.switchToHttp().getRequest<Request>().headers['if-match'];
  if (header === undefined || header === '*') return undefined;
  const revision = /^"r(\d{1,9})"$/.exec(header)?.[1];
  if (revision === undefined)
    throw new AppError('version_conflict', { detail: 'If-Match takes the ETag of the quiz' });
  return Number(revision);
});
