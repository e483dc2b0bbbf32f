import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';

const WORDS = new Map<unknown, boolean>([
  ['true', true],
  ['false', false],
]);

/** A query parameter that is `true` or `false` or left out; any other word is refused by its name. */
export const QueryFlag = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: Boolean, required: false }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => WORDS.get(value) ?? value),
    IsBoolean(),
  );
