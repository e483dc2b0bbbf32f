import { ApiProperty } from '@nestjs/swagger';
import { Equals, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { CREDIT_SUM_TOLERANCE, LIMITS } from '../question.limits.js';
import type { AuthoredMultipleChoice, AuthoredSingleChoice, ChoiceOption } from '../question.types.js';
import { Parts } from './nested.decorators.js';
import { QuestionBaseDto } from './question-base.dto.js';
import { IsText, Obeys, type Rule } from './rule.validators.js';

export class ChoiceOptionDto implements ChoiceOption {
  @ApiProperty({ minLength: 1, maxLength: LIMITS.textLength, example: 'GET' })
  @IsText(LIMITS.textLength)
  text: string;

  /** Share of the points that choosing it earns, −1…1. */
  @ApiProperty({ minimum: -1, maximum: 1, example: 1 })
  @IsNumber()
  @Min(-1)
  @Max(1)
  credit: number;

  /** Shown to who chose it. */
  @ApiProperty({ maxLength: LIMITS.textLength, required: false })
  @IsOptional()
  @IsText(LIMITS.textLength)
  feedback?: string;
}

/** One option is chosen and earns its credit. */
export class SingleChoiceDto extends QuestionBaseDto implements AuthoredSingleChoice {
  static readonly nested = { options: ChoiceOptionDto };

  @ApiProperty({ enum: ['single_choice'] })
  @Equals('single_choice')
  type: 'single_choice';

  /** At least one has credit 1. */
  @ApiProperty({ type: () => [ChoiceOptionDto], minItems: 2, maxItems: LIMITS.parts })
  @Parts(2, LIMITS.parts)
  @Obeys('oneIsRight', (value) => (creditsOf(value).includes(1) ? null : 'an option must have credit 1'))
  options: ChoiceOptionDto[];
}

const positiveCreditsAreAWhole: Rule = (value) => {
  const credits = creditsOf(value);
  const all = credits.reduce((total, credit) => total + credit, 0);
  const sum = credits.reduce((total, credit) => total + Math.max(credit, 0), 0);
  if (sum === 0 && all < 0)
    return `the credits add up to ${Number(all.toFixed(4))}: a negative sum leaves nothing to earn`;
  // The last term forgives binary fractions: 0.99 is within 0.01 of 1.
  if (Math.abs(sum - 1) <= CREDIT_SUM_TOLERANCE + 1e-9) return null;
  return `the positive credits must add up to 1, not ${Number(sum.toFixed(4))}`;
};

/** Any number of options are chosen; their credits add up, and negative ones subtract. */
export class MultipleChoiceDto extends QuestionBaseDto implements AuthoredMultipleChoice {
  static readonly nested = { options: ChoiceOptionDto };

  @ApiProperty({ enum: ['multiple_choice'] })
  @Equals('multiple_choice')
  type: 'multiple_choice';

  /** The positive credits add up to 1 (± 0.01, so that three thirds are a whole). */
  @ApiProperty({ type: () => [ChoiceOptionDto], minItems: 2, maxItems: LIMITS.parts })
  @Parts(2, LIMITS.parts)
  @Obeys('creditsAreAWhole', positiveCreditsAreAWhole)
  options: ChoiceOptionDto[];
}

function creditsOf(options: unknown): number[] {
  if (!Array.isArray(options)) return [];
  return options
    .flatMap((option) => (option instanceof ChoiceOptionDto ? [option.credit] : []))
    .filter(Number.isFinite);
}
