import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '../common/errors.js';

/** `closed`: without the questions, as learners see a quiz with a time limit. */
export type QuizAspect = 'whole' | 'closed';

/** The ETag of a quiz at a revision: what learners and authors see differently has different ones (RFC 9110, 8.8.1). */
export const etagOf = (revision: number, aspect: QuizAspect = 'whole'): string =>
  aspect === 'whole' ? `"r${revision}"` : `"r${revision}-${aspect}"`;

/** The revisions that a request names as the state it changes. */
export type Revisions = ReadonlySet<number>;

/**
 * The revisions named by `If-Match`, whatever was seen of them; undefined when the header is absent or `*`. Weak tags and
 * those of others match nothing (RFC 9110, 13.1.1).
 */
export const IfMatch = createParamDecorator(
  (_: unknown, context: ExecutionContext): Revisions | undefined => {
    const header = context.switchToHttp().getRequest<Request>().headers['if-match'];
    return header === undefined ? undefined : revisionsIn(header);
  },
);

/** @throws AppError version_conflict when the header has no entity tag at all */
export function revisionsIn(header: string): Revisions | undefined {
  if (header.trim() === '*') return undefined;
  const tags = header.match(/(?:W\/)?"[^"]*"/g);
  if (!tags) throw new AppError('version_conflict', { detail: 'If-Match takes the ETag of the quiz' });
  const revisions = tags.map((tag) => /^"r(\d{1,9})(?:-\w+)?"$/.exec(tag)?.[1]);
  return new Set(revisions.filter((one) => one !== undefined).map(Number));
}
