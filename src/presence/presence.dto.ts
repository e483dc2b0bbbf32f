import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsUUID } from 'class-validator';

const STATUSES = ['online', 'away', 'offline'] as const;
const CHOSEN = ['online', 'away'] as const;
const MOST_ASKED = 100;
const ANNA = '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10';
const BEN = '0199d3f1-0a4e-7d0f-8c52-b1c6a3de7702';

export type PresenceStatus = (typeof STATUSES)[number];
/** What a connection may be. */
export type ChosenStatus = (typeof CHOSEN)[number];

/** Of all connections of a user together. */
export class Presence {
  @ApiProperty({ format: 'uuid', example: ANNA })
  userId: string;

  @ApiProperty({
    ...{ enum: STATUSES, example: 'online' },
    description:
      'online: one connection is; away: there are connections, and all are; offline: there is none',
  })
  status: PresenceStatus;

  @ApiProperty({
    ...{ type: String, format: 'date-time', nullable: true, example: '2026-11-25T09:00:00.000Z' },
    description: 'When a connection was last known to be there; null for whom one may not see',
  })
  lastSeenAt: string | null;
}

export class SetPresence {
  @ApiProperty({ enum: CHOSEN, example: 'away', description: 'Of this connection' })
  @IsIn(CHOSEN)
  status: ChosenStatus;
}

/** `?userIds=a,b` */
export class PresenceQuery {
  @ApiProperty({
    ...{ type: [String], format: 'uuid', minItems: 1, maxItems: MOST_ASKED, example: [ANNA, BEN] },
    description: 'Separated by commas, or one parameter each',
  })
  @Transform(({ value }: { value: unknown }) => listOf(value))
  @IsUUID('all', { each: true })
  @ArrayMaxSize(MOST_ASKED)
  userIds: string[];
}

export class PresenceList {
  @ApiProperty({ type: [Presence], description: 'In the order asked' })
  data: Presence[];
}

export class OnlineUsers {
  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
  count: number;

  @ApiProperty({ type: [String], format: 'uuid', example: [ANNA, BEN] })
  data: string[];
}

/** Each id once, in lower case as Redis keys have it; whatever else was sent is left to the validators. */
function listOf(value: unknown): unknown {
  const lists = [value].flat();
  return lists.every((list) => typeof list === 'string')
    ? [...new Set(lists.join(',').toLowerCase().split(','))]
    : value;
}
