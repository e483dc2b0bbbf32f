import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { PageInfo } from '../common/page.js';
import { AnswerList, type AnswerDto } from '../question/dto/answer.dto.js';

export class SubmitAnswersDto {
  @AnswerList()
  answers: AnswerDto[];

  /**
   * Grade against this version of the quiz; that of the attempt, else the current one, when absent. Without an attempt a
   * version is taken for 24 hours after it was replaced.
   */
  @ApiPropertyOptional({ example: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  quizVersion?: number;

  /** The attempt these answers hand in; needed where the quiz has a time limit or shuffles. */
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  attemptId?: string;
}

export class QuestionOutcome {
  @ApiProperty({ format: 'uuid' })
  questionId: string;
  /** 0…1. */
  credit: number;
  points: number;
  /** What the author says to the answer, and the explanation; only where one submission is read. */
  feedback?: string;
}

const STATUSES = ['queued', 'scored', 'failed'] as const;

export class Submission {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  quizId: string;
  quizVersion: number;
  @ApiProperty({ enum: STATUSES })
  status: (typeof STATUSES)[number];
  @ApiProperty({ format: 'date-time' })
  submittedAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  scoredAt: string | null;
  @ApiProperty({ type: Number, nullable: true })
  score: number | null;
  maxScore: number;
  /** What it added to the total: how much it is better than the best before; 0 for a preview. */
  @ApiProperty({ type: Number, nullable: true })
  scoreAwarded: number | null;
  /** Empty until it is scored. */
  breakdown: QuestionOutcome[];
}

export class SubmissionPage {
  data: Submission[];
  page: PageInfo;
}
