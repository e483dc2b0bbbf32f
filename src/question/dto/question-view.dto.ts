import { ApiProperty } from '@nestjs/swagger';
import { PROMPT_FORMATS, type PromptFormat, QUESTION_TYPES, type QuestionType } from '../question.types.js';

export class ItemView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'GET' })
  text: string;
}

/** A question as a learner sees it: never the key. */
export class QuestionView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: QUESTION_TYPES, example: 'single_choice' })
  type: QuestionType;

  @ApiProperty({ example: 'Which command reads a Redis string?' })
  prompt: string;

  /** The format of the prompt and of the texts below. */
  @ApiProperty({ enum: PROMPT_FORMATS, example: 'plain' })
  promptFormat: PromptFormat;

  @ApiProperty({ type: 'integer', example: 1 })
  points: number;

  /** `single_choice`, `multiple_choice`. */
  @ApiProperty({ type: () => [ItemView], required: false })
  options?: ItemView[];

  /** `matching`: what is to be given a right; shuffled. */
  @ApiProperty({ type: () => [ItemView], required: false })
  left?: ItemView[];

  /** `matching`: pairs' right sides and distractors; shuffled. */
  @ApiProperty({ type: () => [ItemView], required: false })
  right?: ItemView[];

  /** `ordering`: shuffled. */
  @ApiProperty({ type: () => [ItemView], required: false })
  items?: ItemView[];
}
