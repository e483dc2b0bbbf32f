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
  ValidateIf,
  ValidateNested,
} from 'class-validator';

const MAX_TOPICS = 200;

/** One topic, and where the client is in it. */
export class TopicRequestDto {
  @IsString()
  @Length(1, 100)
  topic: string;

  /** The last seq the client has. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  since?: number;

  /** The epoch in which it has it. */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  epoch?: string;
}

/** Either one topic, or `topics`. */
export class SubscribeDto {
  @ValidateIf((body: SubscribeDto) => body.topics === undefined || body.topic !== undefined)
  @IsString()
  @Length(1, 100)
  topic?: string;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  since?: number;

  @IsOptional()
  @IsString()
  @Length(1, 64)
  epoch?: string;

  @ValidateIf((body: SubscribeDto) => body.topics !== undefined)
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_TOPICS)
  @ValidateNested({ each: true })
  @Type(() => TopicRequestDto)
  topics?: TopicRequestDto[];
}

export class UnsubscribeDto {
  @IsString()
  @Length(1, 100)
  topic: string;
}
