import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Problem } from '../common/problem.js';

const MAX_TOPICS = 200;

/** One topic, and where the client is in it. */
export class TopicRequest {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'leaderboard:global' })
  @IsString()
  @Length(1, 100)
  topic: string;

  @ApiProperty({
    ...{ required: false, type: 'integer', minimum: 0, example: 7 },
    description: 'The last `seq` that the client has',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  since?: number;

  @ApiProperty({
    ...{ required: false, minLength: 1, maxLength: 64, example: 'q0Yl2vXb' },
    description: 'The epoch in which it has it',
  })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  epoch?: string;
}

/** Many topics in one event, each once. */
export class TopicList {
  @ApiProperty({ type: [TopicRequest], minItems: 1, maxItems: MAX_TOPICS })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_TOPICS)
  @ValidateNested({ each: true })
  @Type(() => TopicRequest)
  topics: TopicRequest[];
}

export class TopicName {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'leaderboard:global' })
  @IsString()
  @Length(1, 100)
  topic: string;
}

@ApiSchema({ description: 'What a subscriber is told' })
export class Subscription {
  @ApiProperty({ example: 'leaderboard:global' })
  topic: string;

  @ApiProperty({ example: 'q0Yl2vXb', description: 'Names one life of the topic: `seq` counts within it' })
  epoch: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 7, description: 'The last `seq` of the topic' })
  seq: number;

  @ApiProperty({
    description:
      'Whether all events after `since` follow. If not, only what comes after `seq` does, and there is a `snapshot`',
  })
  recovered: boolean;

  @ApiProperty({
    ...{ selfRequired: false, type: 'object', additionalProperties: true },
    description: 'The state at `seq` or later, of a shape that goes by the topic',
  })
  snapshot?: object;
}

@ApiSchema({ description: 'A topic of a list that could not be subscribed to' })
export class FailedTopic {
  @ApiProperty({ example: 'leaderboard:none' })
  topic: string;

  @ApiProperty({ type: Problem })
  error: Problem;
}
