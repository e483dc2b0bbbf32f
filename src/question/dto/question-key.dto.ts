import { ApiProperty } from '@nestjs/swagger';
import { LIMITS } from '../question.limits.js';
import { PROMPT_FORMATS, type PromptFormat, QUESTION_TYPES, type QuestionType } from '../question.types.js';
import { ItemView } from './question-view.dto.js';
import { TrueFalseFeedbackDto } from './true-false-question.dto.js';

export class OptionKey extends ItemView {
  /** Share of the points that choosing it earns, −1…1. */
  @ApiProperty({ minimum: -1, maximum: 1, example: 1 })
  credit: number;

  @ApiProperty({ required: false })
  feedback?: string;
}

/** Of a `short_text`: `text`; of a `numeric`: `value` and `tolerance`, or `min` and `max`. */
export class AcceptedKey {
  @ApiProperty({ required: false, example: 'hash*' })
  text?: string;

  @ApiProperty({ required: false })
  value?: number;

  @ApiProperty({ required: false })
  tolerance?: number;

  @ApiProperty({ required: false })
  min?: number;

  @ApiProperty({ required: false })
  max?: number;

  @ApiProperty({ minimum: 0, maximum: 1, default: 1, required: false })
  credit?: number;

  @ApiProperty({ required: false })
  feedback?: string;
}

/** Pairs with the same right text share its `rightId`. */
export class PairKey {
  @ApiProperty({ format: 'uuid' })
  leftId: string;

  @ApiProperty({ example: 'ZADD' })
  left: string;

  @ApiProperty({ format: 'uuid' })
  rightId: string;

  @ApiProperty({ example: 'Sorted Set' })
  right: string;
}

/** A question as its author wrote it, with its ids: what `StoredQuestion` looks like to the author and admins. */
export class QuestionKey {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: QUESTION_TYPES, example: 'single_choice' })
  type: QuestionType;

  @ApiProperty({ example: 'Which command reads a Redis string?' })
  prompt: string;

  @ApiProperty({ enum: PROMPT_FORMATS, example: 'plain' })
  promptFormat: PromptFormat;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: LIMITS.points, example: 1 })
  points: number;

  @ApiProperty({ required: false })
  explanation?: string;

  /** `single_choice`, `multiple_choice`. */
  @ApiProperty({ type: () => [OptionKey], required: false })
  options?: OptionKey[];

  /** `true_false`. */
  @ApiProperty({ required: false })
  correct?: boolean;

  /** `true_false`. */
  @ApiProperty({ type: () => TrueFalseFeedbackDto, required: false })
  feedback?: TrueFalseFeedbackDto;

  /** `short_text`, `numeric`. */
  @ApiProperty({ type: () => [AcceptedKey], required: false })
  accepted?: AcceptedKey[];

  /** `short_text`. */
  @ApiProperty({ required: false })
  caseSensitive?: boolean;

  /** `matching`. */
  @ApiProperty({ type: () => [PairKey], required: false })
  pairs?: PairKey[];

  /** `matching`. */
  @ApiProperty({ type: () => [ItemView], required: false })
  distractors?: ItemView[];

  /** `ordering`: in the right order. */
  @ApiProperty({ type: () => [ItemView], required: false })
  items?: ItemView[];
}
