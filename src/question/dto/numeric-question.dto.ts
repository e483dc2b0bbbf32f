import { ApiProperty } from '@nestjs/swagger';
import { Equals, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { LIMITS } from '../question.limits.js';
import type { AcceptedNumber, AuthoredNumeric } from '../question.types.js';
import { Parts } from './nested.decorators.js';
import { QuestionBaseDto } from './question-base.dto.js';
import { IsText, Obeys, type Rule } from './rule.validators.js';
import { oneEarnsAll } from './short-text-question.dto.js';

const valueOrRange: Rule = (value, object) => {
  const { min, max, tolerance }: AcceptedNumber = object;
  if (value !== undefined) {
    if (min !== undefined || max !== undefined) return 'give either value or min and max';
    return Number.isFinite(value) ? null : 'value must be a finite number';
  }
  if (min === undefined || max === undefined) return 'give a value, or both min and max';
  return tolerance === undefined ? null : 'tolerance belongs to a value, not to min and max';
};

const notBelowMin: Rule = (max, object) => {
  const { min }: AcceptedNumber = object;
  return typeof max === 'number' && typeof min === 'number' && max < min ? 'max must not be below min' : null;
};

export class AcceptedNumberDto implements AcceptedNumber {
  @ApiProperty({ required: false, example: 16384 })
  @Obeys('valueOrRange', valueOrRange)
  value?: number;

  /** How far from `value` an answer may be; 0 when absent. */
  @ApiProperty({ minimum: 0, default: 0, required: false })
  @IsOptional()
  @IsNumber()
  @Min(0)
  tolerance?: number;

  /** Instead of `value`: the least number accepted. */
  @ApiProperty({ required: false })
  @IsOptional()
  @IsNumber()
  min?: number;

  /** Instead of `value`: the greatest number accepted. */
  @ApiProperty({ required: false })
  @IsOptional()
  @IsNumber()
  @Obeys('notBelowMin', notBelowMin)
  max?: number;

  /** Share of the points it earns. */
  @ApiProperty({ minimum: 0, maximum: 1, default: 1, required: false })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  credit?: number;

  @ApiProperty({ maxLength: LIMITS.textLength, required: false })
  @IsOptional()
  @IsText(LIMITS.textLength)
  feedback?: string;
}

/** A number, within a tolerance or a range. */
export class NumericDto extends QuestionBaseDto implements AuthoredNumeric {
  static readonly nested = { accepted: AcceptedNumberDto };

  @ApiProperty({ enum: ['numeric'] })
  @Equals('numeric')
  type: 'numeric';

  /** The best credit of those that match counts; at least one has credit 1. */
  @ApiProperty({ type: () => [AcceptedNumberDto], minItems: 1, maxItems: LIMITS.parts })
  @Parts(1, LIMITS.parts)
  @Obeys('oneEarnsAll', oneEarnsAll)
  accepted: AcceptedNumberDto[];
}
