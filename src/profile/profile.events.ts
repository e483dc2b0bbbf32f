import { ApiProperty } from '@nestjs/swagger';
import type { ServerEvent } from '../events/server-event.js';
import { userTopic } from '../events/user.topic.js';

export class SubmissionScored {
  @ApiProperty({ format: 'uuid' })
  submissionId: string;

  @ApiProperty({ format: 'uuid' })
  quizId: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 8 })
  score: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 10 })
  maxScore: number;

  @ApiProperty({
    ...{ type: 'integer', minimum: 0, example: 3 },
    description: 'What it added to the total: how far it is above the best before it',
  })
  scoreAwarded: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 120, description: 'The total after it' })
  totalScore: number;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, minimum: 1, example: 10 },
    description: 'On the board `global`; null for who is not ranked there',
  })
  rank: number | null;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, minimum: 1, example: 12 },
    description: 'Null for who was not ranked before, and when it is no longer known',
  })
  previousRank: number | null;
}

export const submissionScored: ServerEvent<SubmissionScored> = {
  name: 'submission.scored',
  topic: userTopic,
  summary: 'A submission of mine was scored, or scored again by a corrected key',
  transient: false,
  data: SubmissionScored,
  example: {
    submissionId: '0199d3f2-7e11-7a3b-9d20-4f5e6a7b8c9d',
    quizId: '0199d3ee-02c4-7b5a-a1f3-92d8e7c6b5a4',
    ...{ score: 8, maxScore: 10, scoreAwarded: 3, totalScore: 120 },
    ...{ rank: 10, previousRank: 12 },
  },
};
