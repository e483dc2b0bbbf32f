import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString, Length, Matches, Max, Min } from 'class-validator';
import { PageInfo, type Page } from '../common/page.js';
import { CodePoints } from '../common/code-points.validator.js';
import { QueryInteger } from '../common/query-integer.decorator.js';
import { LIMITS } from './chat.limits.js';

const SEQ = { type: 'integer', minimum: 0, example: 42 } as const;

/** A message as members see it. */
export class Message {
  @ApiProperty({ format: 'uuid', example: '0199d3f2-7e11-7a3b-9d20-4f5e6a7b8c9d' })
  id: string;

  @ApiProperty({ format: 'uuid', example: '0199d3f1-5b20-7c11-8a90-1d2e3f405162' })
  conversationId: string;

  @ApiProperty({
    ...SEQ,
    description: 'Of the event that brought it; edits and deletions have numbers of their own',
  })
  seq: number;

  @ApiProperty({ format: 'uuid', example: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10' })
  senderId: string;

  @ApiProperty({
    example: 'Shall we take the quiz on Streams?',
    description: 'As sent, never HTML; empty once deleted',
  })
  text: string;

  @ApiProperty({ example: 'c1b6f6a0-7c3e-4d2a-9c55-2f1f6a1f0f10' })
  clientMessageId: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-25T09:00:00.000Z' })
  sentAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  editedAt: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  deletedAt: string | null;
}

class MessageText {
  @ApiProperty({ minLength: 1, maxLength: LIMITS.textLength, example: 'Shall we take the quiz on Streams?' })
  @IsString()
  @CodePoints(1, LIMITS.textLength)
  text: string;
}

export class SendMessage extends MessageText {
  @ApiProperty({
    ...{
      minLength: 1,
      maxLength: LIMITS.clientMessageIdLength,
      example: 'c1b6f6a0-7c3e-4d2a-9c55-2f1f6a1f0f10',
    },
    description: 'Yours, new for each message: the same again answers with the first message',
  })
  @IsString()
  @Length(1, LIMITS.clientMessageIdLength)
  @Matches(/^[\x21-\x7e]+$/, { message: 'clientMessageId must be visible ASCII' })
  clientMessageId: string;
}

export class EditMessage extends MessageText {}

export class ReadUpTo {
  @ApiProperty({ ...SEQ, description: 'The `seq` of the last event that I have seen' })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  seq: number;
}

export class ReadMarker {
  @ApiProperty({ ...SEQ, description: 'It moves forward only' })
  readSeq: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 0 })
  unread: number;
}

/** `?before=&after=&limit=` of a conversation's messages. */
export class HistoryQuery {
  @QueryInteger({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'The last ones below this `seq`',
  })
  before?: number;

  @QueryInteger({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'The first ones above this `seq`',
  })
  after?: number;

  @QueryInteger({ minimum: 1, maximum: 100, default: 20 })
  limit: number = 20;
}

export class MessagePage implements Page<Message> {
  @ApiProperty({ type: [Message], description: 'In the order of their `seq`' })
  data: Message[];

  @ApiProperty({ type: PageInfo, description: '`nextCursor` is the `before`, or `after`, to go on with' })
  page: PageInfo;
}

export class ReportMessage {
  @ApiProperty({ minLength: 1, maxLength: LIMITS.reasonLength, example: 'It insults somebody' })
  @IsString()
  @CodePoints(1, LIMITS.reasonLength)
  reason: string;
}
