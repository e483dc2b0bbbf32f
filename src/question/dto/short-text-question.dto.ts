import { ApiProperty } from '@nestjs/swagger';
import { Equals, IsBoolean, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { LIMITS } from '../question.limits.js';
import type { AcceptedText, AuthoredShortText } from '../question.types.js';
import { Parts } from './nested.decorators.js';
import { QuestionBaseDto } from './question-base.dto.js';
import { IsText, Obeys, type Rule } from './rule.validators.js';

/** An answer with full credit must exist, or nobody could reach the quiz's `maxScore`. */
export const oneEarnsAll: Rule = (value) => {
  if (!Array.isArray(value)) return null;
  const credits = value.map((each: unknown) =>
    each instanceof Object && 'credit' in each ? each.credit : undefined,
  );
  return credits.some((credit) => (credit ?? 1) === 1) ? null : 'an accepted answer must have credit 1';
};

export class AcceptedTextDto implements AcceptedText {
  /** `*` stands for any run of characters, `\*` for an asterisk. */
  @ApiProperty({ minLength: 1, maxLength: LIMITS.acceptedLength, example: 'hash*' })
  @IsText(LIMITS.acceptedLength)
  text: string;

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

/** A word or a few; case (unless `caseSensitive`), width and runs of white space do not matter. */
export class ShortTextDto extends QuestionBaseDto implements AuthoredShortText {
  static readonly nested = { accepted: AcceptedTextDto };

  @ApiProperty({ enum: ['short_text'] })
  @Equals('short_text')
  type: 'short_text';

  /** The best credit of those that match counts; at least one has credit 1. */
  @ApiProperty({ type: () => [AcceptedTextDto], minItems: 1, maxItems: LIMITS.parts })
  @Parts(1, LIMITS.parts)
  @Obeys('oneEarnsAll', oneEarnsAll)
  accepted: AcceptedTextDto[];

  @ApiProperty({ default: false, required: false })
  @IsOptional()
  @IsBoolean()
  caseSensitive?: boolean;
}
