import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

interface Bounds {
  minimum: number;
  maximum: number;
  default?: number;
  description?: string;
}

/** `Number` reads much else: an empty word as 0, `0x10`, `1e1`. */
const DECIMAL = /^-?\d+$/;

/** A query parameter that is an integer in decimal, or left out; anything else is refused by its name. */
export const QueryInteger = (bounds: Bounds): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'integer', required: false, ...bounds }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value,
    ),
    IsInt(),
    Min(bounds.minimum),
    Max(bounds.maximum),
  );
