import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsOptional } from 'class-validator';
import { LIMITS } from '../question.limits.js';
import type { AuthoredMatching, AuthoredOrdering } from '../question.types.js';
import { Parts } from './nested.decorators.js';
import { QuestionBaseDto } from './question-base.dto.js';
import { distinctTexts, IsText, Obeys, type Rule } from './rule.validators.js';

export class MatchingPairDto {
  @ApiProperty({ minLength: 1, maxLength: LIMITS.textLength, example: 'ZADD' })
  @IsText(LIMITS.textLength)
  left: string;

  @ApiProperty({ minLength: 1, maxLength: LIMITS.textLength, example: 'Sorted Set' })
  @IsText(LIMITS.textLength)
  right: string;
}

const leftsAreDistinct: Rule = (pairs) => {
  if (!Array.isArray(pairs)) return null;
  const lefts = pairs.map((pair: unknown) => (pair instanceof MatchingPairDto ? pair.left : undefined));
  return distinctTexts(lefts, pairs) === null ? null : 'the same left text comes twice';
};

const isNoRight: Rule = (distractors, object) => {
  const pairs: unknown = 'pairs' in object ? object.pairs : undefined;
  if (!Array.isArray(distractors) || !Array.isArray(pairs)) return null;
  const rights = pairs.map((pair: unknown) => (pair instanceof MatchingPairDto ? pair.right : undefined));
  return distractors.some((text: unknown) => typeof text === 'string' && rights.includes(text))
    ? 'a distractor is the right text of a pair'
    : null;
};

/** Each left is given the right that belongs to it. */
export class MatchingDto extends QuestionBaseDto implements AuthoredMatching {
  static readonly nested = { pairs: MatchingPairDto };

  @ApiProperty({ enum: ['matching'] })
  @Equals('matching')
  type: 'matching';

  @ApiProperty({ type: () => [MatchingPairDto], minItems: 2, maxItems: LIMITS.parts })
  @Parts(2, LIMITS.parts)
  @Obeys('leftsAreDistinct', leftsAreDistinct)
  pairs: MatchingPairDto[];

  /** Further right-hand texts that belong to no left. */
  @ApiProperty({ type: [String], maxItems: LIMITS.parts, required: false })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(LIMITS.parts)
  @IsText(LIMITS.textLength, { each: true })
  @Obeys('distinctTexts', distinctTexts)
  @Obeys('isNoRight', isNoRight)
  distractors?: string[];
}

/** Items to be put in order. */
export class OrderingDto extends QuestionBaseDto implements AuthoredOrdering {
  @ApiProperty({ enum: ['ordering'] })
  @Equals('ordering')
  type: 'ordering';

  /** In the right order, no text twice. */
  @ApiProperty({ type: [String], minItems: 2, maxItems: LIMITS.parts, example: ['WATCH', 'MULTI', 'EXEC'] })
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(LIMITS.parts)
  @IsText(LIMITS.textLength, { each: true })
  @Obeys('distinctTexts', distinctTexts)
  items: string[];
}
