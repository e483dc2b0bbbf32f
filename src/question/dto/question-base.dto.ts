import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { LIMITS } from '../question.limits.js';
import { PROMPT_FORMATS, type PromptFormat } from '../question.types.js';
import { IsText, Obeys } from './rule.validators.js';
import { picturesAreFound } from './sanitise-question.js';

/** What questions of every type have. */
export abstract class QuestionBaseDto {
  /** The question as it is put, in `promptFormat`. */
  @ApiProperty({
    minLength: 1,
    maxLength: LIMITS.promptLength,
    example: 'Which command reads a Redis string?',
  })
  @IsText(LIMITS.promptLength)
  @Obeys('picturesAreFound', picturesAreFound)
  prompt: string;

  /** The format of every text of the question that is shown; HTML, also in Markdown, is sanitised. Accepted answers are plain. */
  @ApiProperty({ enum: PROMPT_FORMATS, default: 'plain', required: false })
  @IsOptional()
  @IsIn(PROMPT_FORMATS)
  promptFormat?: PromptFormat;

  /** What a full answer is worth. */
  @ApiProperty({ type: 'integer', minimum: 1, maximum: LIMITS.points, default: 1, required: false })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LIMITS.points)
  points?: number;

  /** Shown after the question was answered. */
  @ApiProperty({ maxLength: LIMITS.explanationLength, required: false })
  @IsOptional()
  @IsText(LIMITS.explanationLength)
  explanation?: string;
}
