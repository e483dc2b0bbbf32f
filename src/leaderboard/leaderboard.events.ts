import { ApiProperty } from '@nestjs/swagger';
import type { ServerEvent, TopicKind } from '../events/server-event.js';
import { RankedUser } from './leaderboard.dto.js';

const ANNA = '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10';
const BEN = '0199d3f1-0a4e-7d0f-8c52-b1c6a3de7702';

export const boardTopic: TopicKind = {
  pattern: 'leaderboard:{board}',
  summary:
    'A board, over all time: `global` and `quiz:{quizId}` for everybody who is signed in, `group:{conversationId}` for members',
  example: 'leaderboard:global',
};

/** As lua/top10.lua writes it. */
export class Top10Entered {
  @ApiProperty({ example: 'global' })
  board: string;

  @ApiProperty({
    ...{ type: String, format: 'uuid', nullable: true, example: ANNA },
    description: 'Null, like the name, for who does not want to be seen',
  })
  userId: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'anna' })
  username: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10, example: 10 })
  rank: number;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, minimum: 1, example: 12 },
    description: 'Null for who was not ranked before',
  })
  previousRank: number | null;

  @ApiProperty({ type: 'integer', example: 120 })
  score: number;

  @ApiProperty({
    ...{ type: String, format: 'uuid', nullable: true, example: BEN },
    description: 'Who falls to rank 11; null when nobody does, or when that one does not want to be seen',
  })
  displacedUserId: string | null;
}

/** As lua/top10.lua writes it. */
export class Top10Left {
  @ApiProperty({ example: 'global' })
  board: string;

  @ApiProperty({
    ...{ type: String, format: 'uuid', nullable: true, example: BEN },
    description: 'Null for who does not want to be seen',
  })
  userId: string | null;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, minimum: 11, example: 11 },
    description: 'Null for who leaves the board',
  })
  rank: number | null;

  @ApiProperty({ type: 'integer', example: 118, description: 'What is left, or what there was' })
  score: number;
}

/** What subscribers of a board begin with, and what they are told when it changed. */
export class BoardChanged {
  @ApiProperty({ example: 'global' })
  board: string;

  @ApiProperty({ enum: ['all'] })
  period: 'all';

  @ApiProperty({ type: [RankedUser], description: 'The first ten' })
  top: RankedUser[];
}

export const top10Entered: ServerEvent<Top10Entered> = {
  name: 'leaderboard.top10.entered',
  topic: boardTopic,
  summary: 'A user came into the first ten',
  transient: false,
  data: Top10Entered,
  example: {
    ...{ board: 'global', userId: ANNA, username: 'anna' },
    ...{ rank: 10, previousRank: 12, score: 120, displacedUserId: BEN },
  },
};

export const top10Left: ServerEvent<Top10Left> = {
  name: 'leaderboard.top10.left',
  topic: boardTopic,
  summary: 'A user fell out of the first ten, or left the board',
  transient: false,
  data: Top10Left,
  example: { board: 'global', userId: BEN, rank: 11, score: 118 },
};

export const boardChanged: ServerEvent<BoardChanged> = {
  name: 'leaderboard.changed',
  topic: boardTopic,
  summary: 'The first ranks as they are now, at most 4 a second',
  transient: true,
  data: BoardChanged,
  example: {
    ...{ board: 'global', period: 'all' },
    top: [
      { rank: 1, userId: null, username: null, score: 240 },
      { rank: 2, userId: ANNA, username: 'anna', score: 120 },
    ],
  },
};
