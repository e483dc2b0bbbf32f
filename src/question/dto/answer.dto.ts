import { ApiProperty } from '@nestjs/swagger';
import { IsDefined, IsUUID } from 'class-validator';
import { LIMITS } from '../question.limits.js';
import { build } from './build.js';
import { PartsOfBody } from './nested.decorators.js';

/** What a learner answers to one question; `response` is judged by `checkAnswers` once the questions are known. */
export class AnswerDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  questionId: string;

  /** By type: option id · list of option ids · boolean · string · number · `{ leftId: rightId }` · ordered item ids. */
  @ApiProperty({
    oneOf: [
      { type: 'string' },
      { type: 'array', items: { type: 'string', format: 'uuid' } },
      { type: 'boolean' },
      { type: 'number' },
      { type: 'object', additionalProperties: { type: 'string', format: 'uuid' } },
    ],
    example: true,
  })
  @IsDefined()
  response: unknown;
}

/**
 * The `answers` of a submission, on a property of type `AnswerDto[]`: 0 to 500.
 * @example \@AnswerList() answers: AnswerDto[];
 */
export function AnswerList(): PropertyDecorator {
  return (target, key) => {
    ApiProperty({ type: () => [AnswerDto], maxItems: LIMITS.questionsPerQuiz })(target, key);
    PartsOfBody(0, LIMITS.questionsPerQuiz, (raw) => build(AnswerDto, raw))(target, key);
  };
}
