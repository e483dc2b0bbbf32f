import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { PreparedBy } from '../../common/validation.js';
import { answersTooLarge } from '../answer-size.js';
import { LIMITS } from '../question.limits.js';
import { QUESTION_TYPES, type QuestionType } from '../question.types.js';
import { MatchingDto, OrderingDto } from './arranging-question.dto.js';
import { build, type DtoClass, isObject } from './build.js';
import { MultipleChoiceDto, SingleChoiceDto } from './choice-question.dto.js';
import { PartsOfBody } from './nested.decorators.js';
import { NumericDto } from './numeric-question.dto.js';
import { Obeys, type Rule } from './rule.validators.js';
import { isClean, sanitiseGently, sanitiseShownTexts } from './sanitise-question.js';
import { ShortTextDto } from './short-text-question.dto.js';
import { TrueFalseDto } from './true-false-question.dto.js';

/** A question as an author sends it; `type` tells which. */
export type QuestionDto =
  SingleChoiceDto | MultipleChoiceDto | TrueFalseDto | ShortTextDto | NumericDto | MatchingDto | OrderingDto;

const DTO_OF_TYPE = {
  single_choice: SingleChoiceDto,
  multiple_choice: MultipleChoiceDto,
  true_false: TrueFalseDto,
  short_text: ShortTextDto,
  numeric: NumericDto,
  matching: MatchingDto,
  ordering: OrderingDto,
} satisfies Record<QuestionType, DtoClass>;

/** Stands in for a question of a type that does not exist, so that the type is what gets refused. */
class UnknownQuestionDto {
  @IsIn(QUESTION_TYPES)
  type: unknown;
}

/** A question DTO from parsed JSON, its HTML and Markdown sanitised, ready for class-validator. Null if it is no object. Never throws. */
export function buildQuestion(raw: unknown): object | null {
  const type: unknown = isObject(raw) && 'type' in raw ? raw.type : undefined;
  const known = QUESTION_TYPES.find((each) => each === type);
  if (known === undefined) return isObject(raw) ? build(UnknownQuestionDto, { type }) : null;
  const dto = build(DTO_OF_TYPE[known], raw);
  if (dto && !isClean(raw)) sanitiseShownTexts(dto);
  return dto;
}

const canBeHandedIn: Rule = (questions) =>
  Array.isArray(questions)
    ? (answersTooLarge(questions.filter(isObject), 'make several quizzes of them')?.message ?? null)
    : null;

/**
 * The `questions` of a quiz, on a property of type `QuestionDto[]`: 1 to 500, each judged by the class of its type,
 * and no more than can be answered in one submission.
 * @example \@QuestionList() questions: QuestionDto[];
 */
export function QuestionList(): PropertyDecorator {
  const models = Object.values(DTO_OF_TYPE);
  const mapping = Object.fromEntries(
    Object.entries(DTO_OF_TYPE).map(([type, dto]) => [type, getSchemaPath(dto)]),
  );
  return (target, key) => {
    ApiExtraModels(...models)(target.constructor);
    ApiProperty({
      type: 'array',
      minItems: 1,
      maxItems: LIMITS.questionsPerQuiz,
      items: {
        oneOf: models.map((dto) => ({ $ref: getSchemaPath(dto) })),
        discriminator: { propertyName: 'type', mapping },
      },
    })(target, key);
    PreparedBy(sanitiseGently)(target, key);
    PartsOfBody(1, LIMITS.questionsPerQuiz, buildQuestion)(target, key);
    Obeys('canBeHandedIn', canBeHandedIn)(target, key);
  };
}
