import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { validate } from 'uuid';
import { QueryInteger } from './query-integer.decorator.js';
import { validationFailed } from './validation.js';

/** `?limit=&cursor=` of every list. */
export class PageQuery {
  /** How many, 1–100. */
  @QueryInteger({ minimum: 1, maximum: 100, default: 20, description: 'How many' })
  limit: number = 20;

  /** The `nextCursor` of the page before. */
  @ApiPropertyOptional({ maxLength: 200, description: 'The `nextCursor` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

export class PageInfo {
  @ApiProperty({
    ...{ type: 'string', nullable: true, example: 'MDE5OWQzZjItN2UxMS03YTNiLTlkMjAtNGY1ZTZhN2I4Yzlk' },
    description: 'Pass it as `cursor` to go on',
  })
  nextCursor: string | null;

  @ApiProperty({ example: true })
  hasMore: boolean;
}

export interface Page<T> {
  data: T[];
  page: PageInfo;
}

/** Makes a page of `limit` from rows that were asked for as `limit + 1`; the cursor is the last row's id. */
export function pageOf<R extends { id: string }, T>(rows: R[], limit: number, view: (row: R) => T): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit;
  return {
    data: shown.map(view),
    page: { hasMore, nextCursor: hasMore && last ? Buffer.from(last.id).toString('base64url') : null },
  };
}

/** Makes a page of a list that goes by several fields, from rows that were asked for as `limit + 1`. */
export function placedPage<R, T>(
  rows: R[],
  limit: number,
  view: (row: R) => T,
  placeOf: (row: R) => Record<string, string>,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit;
  const nextCursor =
    hasMore && last ? Buffer.from(JSON.stringify(placeOf(last))).toString('base64url') : null;
  return { data: shown.map(view), page: { hasMore, nextCursor } };
}

/** The fields inside such a cursor. @throws AppError validation_failed when they are none of ours */
export function placeFromCursor<P extends Record<string, string>>(
  cursor: string | undefined,
  isPlace: (value: unknown) => value is P,
): P | undefined {
  if (cursor === undefined) return undefined;
  const place = parsed(Buffer.from(cursor, 'base64url').toString());
  if (!isPlace(place)) throw validationFailed([{ path: 'cursor', message: 'is not a cursor of this list' }]);
  return place;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Makes a page of a list whose places shift, from rows that were asked for as `limit + 1`; the cursor is a place. */
export function offsetPage<R, T>(
  rows: R[],
  { offset, limit }: { offset: number; limit: number },
  view: (row: R) => T,
): Page<T> {
  return { data: rows.slice(0, limit).map(view), page: placeAfter({ offset, limit }, rows.length > limit) };
}

/** What follows a page of such a list. */
export const placeAfter = (
  { offset, limit }: { offset: number; limit: number },
  hasMore: boolean,
): PageInfo => ({
  hasMore,
  nextCursor: hasMore ? Buffer.from(`+${offset + limit}`).toString('base64url') : null,
});

/** The place inside a cursor. @throws AppError validation_failed when it is none of ours */
export function offsetFromCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [, place] = /^\+(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (place === undefined)
    throw validationFailed([{ path: 'cursor', message: 'is not a cursor of this list' }]);
  return Number(place);
}

/** The id inside a cursor. @throws AppError validation_failed when it is none of ours */
export function idFromCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (!validate(id)) throw validationFailed([{ path: 'cursor', message: 'is not a cursor of this list' }]);
  return id;
}
