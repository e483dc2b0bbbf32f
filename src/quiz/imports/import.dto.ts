import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { WORK_STATUSES, type WorkStatus } from '../../jobs/work-status.js';
import { ImportResult } from '../quiz.dto.js';

/** A large import and how far it is. */
export class ImportView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: WORK_STATUSES, example: 'running' })
  status: WorkStatus;

  @ApiProperty({ type: 'integer', description: 'Questions read so far', example: 2_500 })
  processed: number;

  @ApiProperty({ type: 'integer', description: 'Questions the file seems to hold', example: 10_000 })
  total: number;

  @ApiProperty({ format: 'date-time' })
  createdAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt: string | null;

  @ApiPropertyOptional({
    type: ImportResult,
    description: 'Once `done`: what a small import answers at once',
  })
  result?: ImportResult;

  @ApiPropertyOptional({
    description: 'Once `failed`: why, and what to do about it',
    example: 'It could not be read; an administrator can have it tried again',
  })
  reason?: string;
}
