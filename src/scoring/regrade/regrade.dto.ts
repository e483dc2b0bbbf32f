import { ApiProperty } from '@nestjs/swagger';
import { QueryFlag } from '../../common/query-flag.decorator.js';
import { WORK_STATUSES, type WorkStatus } from '../../jobs/work-status.js';
import { QuestionList, type QuestionDto } from '../../question/dto/question.dto.js';

/** The current questions as they should have been written. */
export class CorrectKeyDto {
  @QuestionList()
  questions: QuestionDto[];
}

export class RegradeQuery {
  /** Only look: nothing is stored. */
  @QueryFlag()
  dryRun: boolean = false;
}

/** A regrade and how far it is. */
export class Regrade {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  quizId: string;
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  quizVersion: number;
  @ApiProperty({ enum: WORK_STATUSES, example: 'running' })
  status: WorkStatus;
  /** Learners looked at so far. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 40 })
  processed: number;
  /** Learners there were when it was ordered. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 120 })
  total: number;
  /** Submissions whose score or award it changed so far. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 17 })
  changed: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finishedAt: string | null;
}

/** A submission whose score or award changes, with what that does to its learner. */
export class ScoreChange {
  @ApiProperty({ format: 'uuid' })
  submissionId: string;
  @ApiProperty({ format: 'uuid' })
  userId: string;
  @ApiProperty({ example: 'grace' })
  username: string;
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  previousScore: number;
  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
  score: number;
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  previousScoreAwarded: number;
  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
  scoreAwarded: number;
  @ApiProperty({ type: 'integer', minimum: 0, example: 42 })
  previousTotalScore: number;
  @ApiProperty({ type: 'integer', minimum: 0, example: 41 })
  totalScore: number;
  /** On the global leaderboard; null for who is not on it, or does not want to be seen there. */
  @ApiProperty({ type: 'integer', nullable: true, example: 4 })
  previousRank: number | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 5 })
  rank: number | null;
}

/** What a correction would change. */
export class RegradePreview {
  @ApiProperty({ format: 'uuid' })
  quizId: string;
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  quizVersion: number;
  /** Submissions that would be graded again. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 120 })
  submissions: number;
  /** Submissions whose score or award would change. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 17 })
  changed: number;
  /** The first 1,000 of them, by learner and in the order of their submissions. */
  changes: ScoreChange[];
}
