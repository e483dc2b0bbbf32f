import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { PageInfo } from '../common/page.js';
import { AnswerList, type AnswerDto } from '../question/dto/answer.dto.js';
import { BREAKDOWN, SCORED } from './quiz.examples.js';

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
  @ApiProperty({ minimum: 0, maximum: 1, example: 1 })
  credit: number;
  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
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
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  quizVersion: number;
  @ApiProperty({ enum: STATUSES, example: 'scored' })
  status: (typeof STATUSES)[number];
  @ApiProperty({ format: 'date-time' })
  submittedAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-24T10:30:00.250Z' })
  scoredAt: string | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 2 })
  score: number | null;
  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  maxScore: number;
  /** What it added to the total: how much it is better than the best before; 0 for a preview. */
  @ApiProperty({ type: 'integer', nullable: true, example: 2 })
  scoreAwarded: number | null;
  /** Empty until it is scored. */
  @ApiProperty({ type: [QuestionOutcome], example: BREAKDOWN })
  breakdown: QuestionOutcome[];
}

export class SubmissionPage {
  @ApiProperty({ type: [Submission], example: [SCORED] })
  data: Submission[];
  page: PageInfo;
}
