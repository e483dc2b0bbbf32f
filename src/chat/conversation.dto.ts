import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsString,
  ValidateIf,
} from 'class-validator';
import { CodePoints } from '../common/code-points.validator.js';
import { AreIds } from '../common/ids.decorator.js';
import { PageInfo, type Page } from '../common/page.js';
import { LIMITS } from './chat.limits.js';
import { Message } from './message.dto.js';

const USER_ID = '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10';
const TYPES = ['direct', 'group'] as const;
export type ConversationType = (typeof TYPES)[number];

/** Without the space at its ends, of which a name may not consist. */
const Trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

export class CreateConversation {
  @ApiProperty({ enum: TYPES, example: 'group' })
  @IsIn(TYPES)
  type: ConversationType;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: LIMITS.nameLength,
    example: 'Redis study group',
    description: 'Of a group',
  })
  @ValidateIf(({ type, name }: CreateConversation) => type === 'group' || name !== undefined)
  @Trimmed()
  @IsString()
  @CodePoints(1, LIMITS.nameLength)
  name?: string;

  @ApiProperty({
    ...{ type: [String], format: 'uuid', example: [USER_ID] },
    description: 'The others: one for a direct conversation, up to 999 for a group',
  })
  @IsArray()
  @ArrayMaxSize(LIMITS.members - 1)
  @ArrayUnique()
  @AreIds()
  memberIds: string[];
}

export class RenameConversation {
  @ApiProperty({ minLength: 1, maxLength: LIMITS.nameLength, example: 'Redis study group' })
  @Trimmed()
  @IsString()
  @CodePoints(1, LIMITS.nameLength)
  name: string;
}

export class AddMembers {
  @ApiProperty({ type: [String], format: 'uuid', example: [USER_ID] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(LIMITS.members - 1)
  @ArrayUnique()
  @AreIds()
  memberIds: string[];
}

export class Member {
  @ApiProperty({ format: 'uuid', example: USER_ID })
  userId: string;

  @ApiProperty({ example: 'ada' })
  username: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  displayName: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-25T09:00:00.000Z' })
  joinedAt: string;
}

/** A conversation as a list shows it. */
export class ConversationSummary {
  @ApiProperty({ format: 'uuid', example: '0199d3f1-5b20-7c11-8a90-1d2e3f405162' })
  id: string;

  @ApiProperty({ enum: TYPES, example: 'group' })
  type: ConversationType;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Redis study group',
    description: 'Null for a direct one',
  })
  name: string | null;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    example: USER_ID,
    description: 'Null for a direct one',
  })
  ownerId: string | null;

  @ApiProperty({ type: 'integer', example: 12 })
  memberCount: number;

  @ApiProperty({ type: Member, nullable: true, description: 'The other one of a direct conversation' })
  peer: Member | null;

  @ApiProperty({ type: 'integer', minimum: 0, example: 42, description: 'Of the last event' })
  seq: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 40, description: 'Up to where I have read' })
  readSeq: number;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 2,
    description: 'Messages of others that I have not read',
  })
  unread: number;

  @ApiProperty({ type: Message, nullable: true })
  lastMessage: Message | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-25T09:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-25T09:30:00.000Z', description: 'Of the last event' })
  activeAt: string;
}

/** A conversation as who subscribes to it finds it: small, whatever is in it. */
export class ConversationSnapshot extends ConversationSummary {
  @ApiProperty({
    ...{ type: Message, nullable: true },
    description: `Its text is cut after ${LIMITS.excerptLength} code points; the whole is at \`GET /conversations/{id}/messages\``,
  })
  declare lastMessage: Message | null;
}

export class Conversation extends ConversationSummary {
  @ApiProperty({ type: [Member], description: 'In the order in which they came' })
  members: Member[];
}

export class ConversationPage implements Page<ConversationSummary> {
  @ApiProperty({ type: [ConversationSummary] })
  data: ConversationSummary[];

  @ApiProperty({ type: PageInfo })
  page: PageInfo;
}
