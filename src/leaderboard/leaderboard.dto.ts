import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { PERIODS, type Period } from '../common/period.js';
import { QueryInteger } from '../common/query-integer.decorator.js';

const USER_ID = '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10';

/** `?period=&periodKey=` of a board. */
export class PeriodQuery {
  @ApiProperty({
    ...{ enum: PERIODS, required: false, default: 'all' },
    description:
      'Days, ISO weeks and months are those of UTC; a score counts when its submission was accepted',
  })
  @IsOptional()
  @IsIn(PERIODS)
  period: Period = 'all';

  @ApiProperty({
    required: false,
    description: 'A past period: `2026-11-24`, `2026-W47` or `2026-11`; the present one when absent',
  })
  @IsOptional()
  @IsString()
  periodKey?: string;
}

/** `?period=&limit=&offset=` of a board. */
export class TopQuery extends PeriodQuery {
  @QueryInteger({ minimum: 1, maximum: 100, default: 10 })
  limit: number = 10;

  @QueryInteger({ minimum: 0, maximum: 1_000_000, default: 0, description: 'Ranks to skip' })
  offset: number = 0;
}

/** `?period=&around=` of a user's place. */
export class PlaceQuery extends PeriodQuery {
  @QueryInteger({
    ...{ minimum: 0, maximum: 50, default: 2 },
    description: 'How many neighbours above and below the user',
  })
  around: number = 2;
}

export class RankedUser {
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  rank: number;

  @ApiProperty({
    ...{ type: String, format: 'uuid', nullable: true, example: USER_ID },
    description: 'Null, like the name, for who does not want to be seen',
  })
  userId: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'anna' })
  username: string | null;

  @ApiProperty({ type: 'integer', example: 120 })
  score: number;
}

export class LeaderboardPage {
  @ApiProperty({ example: 'global' })
  board: string;

  @ApiProperty({ enum: PERIODS })
  period: string;

  @ApiProperty({ example: 'all', description: 'Names the one period meant, such as `2026-W47`' })
  periodKey: string;

  @ApiProperty({ type: 'integer', example: 40, description: 'How many are ranked' })
  size: number;

  @ApiProperty({ format: 'date-time' })
  asOf: string;

  @ApiProperty({ type: [RankedUser] })
  data: RankedUser[];
}

export class LeaderboardPlace {
  @ApiProperty({
    ...{ type: 'integer', nullable: true, minimum: 1, example: 7 },
    description: 'Null while the user has no points',
  })
  rank: number | null;

  @ApiProperty({ type: 'integer', example: 120 })
  score: number;

  @ApiProperty({ type: 'integer', example: 40, description: 'How many are ranked' })
  size: number;

  @ApiProperty({
    ...{ minimum: 0, maximum: 100, example: 85 },
    description:
      'Percent of the ranked users who are at this rank or below: 100 at rank 1, 0 for who is not ranked',
  })
  percentile: number;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, minimum: 1, example: 11 },
    description:
      'The fewest points that gain a rank: one more than separate the user from the one above, since a tie goes to ' +
      'who was first; 1 for who is not ranked; null at rank 1',
  })
  pointsToNext: number | null;

  @ApiProperty({
    type: [RankedUser],
    description:
      'The 2 × around + 1 around and including the user, shifted at the ends; empty for who is not ranked',
  })
  neighbours: RankedUser[];
}

/** A user whose place in Redis is not that of PostgreSQL. */
export class BoardDifference {
  @ApiProperty({ example: 'global' })
  board: string;

  @ApiProperty({ example: 'all', description: 'Names the period of the board, such as `2026-W47`' })
  periodKey: string;

  @ApiProperty({ format: 'uuid', example: USER_ID })
  userId: string;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, example: 120 },
    description: 'The score in PostgreSQL; null for who should not be ranked',
  })
  expected: number | null;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, example: 110 },
    description: 'The score in Redis; the same as `expected` where only the order among equals differs',
  })
  found: number | null;
}

export class Verification {
  @ApiProperty({ type: 'integer', example: 3, description: 'Boards compared: all that Redis holds' })
  boards: number;

  @ApiProperty({ type: 'integer', example: 1_000, description: 'Standings compared' })
  members: number;

  @ApiProperty({ type: [BoardDifference], description: 'The first 10,000' })
  differences: BoardDifference[];
}

export class RebuildOrder {
  @ApiProperty({ type: 'integer', example: 3, description: 'Boards that are built anew' })
  boards: number;
}
