import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { QuestionList, type QuestionDto } from '../../question/dto/question.dto.js';

const STATUSES = ['queued', 'running', 'done', 'failed'] as const;

/** The current questions as they should have been written. */
export class CorrectKeyDto {
  @QuestionList()
  questions: QuestionDto[];
}

export class RegradeQuery {
  /** Only look: nothing is stored. */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  dryRun: boolean = false;
}

/** A regrade and how far it is. */
export class Regrade {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  quizId: string;
  quizVersion: number;
  @ApiProperty({ enum: STATUSES, example: 'running' })
  status: (typeof STATUSES)[number];
  /** Learners looked at so far. */
  processed: number;
  /** Learners there were when it was ordered. */
  total: number;
  /** Submissions whose score or award it changed so far. */
  changed: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt: string | null;
}

/** A submission whose score or award changes, with what that does to its learner. */
export class ScoreChange {
  @ApiProperty({ format: 'uuid' })
  submissionId: string;
  @ApiProperty({ format: 'uuid' })
  userId: string;
  username: string;
  previousScore: number;
  score: number;
  previousScoreAwarded: number;
  scoreAwarded: number;
  previousTotalScore: number;
  totalScore: number;
  /** On the global leaderboard; null for who is not on it, or does not want to be seen there. */
  @ApiProperty({ type: Number, nullable: true })
  previousRank: number | null;
  @ApiProperty({ type: Number, nullable: true })
  rank: number | null;
}

/** What a correction would change. */
export class RegradePreview {
  @ApiProperty({ format: 'uuid' })
  quizId: string;
  quizVersion: number;
  /** Submissions that would be graded again. */
  submissions: number;
  /** Of these, submissions whose score or award would change. */
  changed: number;
  /** The first 1,000 of them, by learner and in the order of their submissions. */
  changes: ScoreChange[];
}
