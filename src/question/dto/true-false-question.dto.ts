import { ApiProperty } from '@nestjs/swagger';
import { Equals, IsBoolean, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { LIMITS } from '../question.limits.js';
import type { AuthoredTrueFalse, TrueFalseFeedback } from '../question.types.js';
import { QuestionBaseDto } from './question-base.dto.js';
import { IsText } from './rule.validators.js';

export class TrueFalseFeedbackDto implements TrueFalseFeedback {
  /** Shown after the right answer. */
  @ApiProperty({ maxLength: LIMITS.textLength, required: false })
  @IsOptional()
  @IsText(LIMITS.textLength)
  right?: string;

  /** Shown after the wrong answer. */
  @ApiProperty({ maxLength: LIMITS.textLength, required: false })
  @IsOptional()
  @IsText(LIMITS.textLength)
  wrong?: string;
}

/** A statement to be judged. */
export class TrueFalseDto extends QuestionBaseDto implements AuthoredTrueFalse {
  static readonly nested = { feedback: TrueFalseFeedbackDto };

  @ApiProperty({ enum: ['true_false'] })
  @Equals('true_false')
  type: 'true_false';

  @ApiProperty({ example: true })
  @IsBoolean()
  correct: boolean;

  @ApiProperty({ type: () => TrueFalseFeedbackDto, required: false })
  @IsOptional()
  @IsObject()
  @ValidateNested({ message: 'must be an object' })
  feedback?: TrueFalseFeedbackDto;
}
