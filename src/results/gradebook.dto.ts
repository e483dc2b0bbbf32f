import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageInfo, PageQuery } from '../common/page.js';

const FORMATS = ['json', 'csv'] as const;
const STATUSES = ['queued', 'scored', 'failed'] as const;

export class GradebookQuery extends PageQuery {
  /** `csv` is the whole gradebook in one file; `limit` and `cursor` are for `json`. */
  @ApiPropertyOptional({ enum: FORMATS, default: 'json' })
  @IsOptional()
  @IsIn(FORMATS)
  format: (typeof FORMATS)[number] = 'json';
}

/** One submission in the gradebook; its fields are the columns of the file. */
export class GradebookEntry {
  @ApiProperty({ format: 'uuid' })
  submissionId: string;
  @ApiProperty({ format: 'uuid' })
  userId: string;
  @ApiProperty({ example: 'grace' })
  username: string;
  /** Which of the learner's submissions to this quiz it is, from 1. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 2 })
  attempt: number;
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  quizVersion: number;
  @ApiProperty({ enum: STATUSES, example: 'scored' })
  status: (typeof STATUSES)[number];
  @ApiProperty({ format: 'date-time' })
  submittedAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-24T10:30:00.250Z' })
  scoredAt: string | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 3 })
  score: number | null;
  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  maxScore: number;
  /** What it added to the learner's total. */
  @ApiProperty({ type: 'integer', nullable: true, example: 1 })
  scoreAwarded: number | null;
}

export class GradebookPage {
  @ApiProperty({ type: [GradebookEntry] })
  data: GradebookEntry[];
  page: PageInfo;
}
