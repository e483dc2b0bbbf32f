import { ApiProperty } from '@nestjs/swagger';
import type { Algorithm } from '../rate-limit/rule.js';

export class LimitView {
  @ApiProperty({ example: 'submission', description: 'As `RateLimit` names it' })
  name: string;

  @ApiProperty({ enum: ['fixed', 'sliding', 'gcra'], example: 'sliding' })
  algorithm: Algorithm;

  @ApiProperty({ type: 'integer', example: 5 })
  limit: number;

  @ApiProperty({ example: 60 })
  windowSec: number;

  @ApiProperty({ type: 'integer', example: 2 })
  used: number;

  @ApiProperty({ type: 'integer', example: 3 })
  remaining: number;

  @ApiProperty({
    ...{ type: String, format: 'date-time', nullable: true, example: '2026-11-25T09:00:42.000Z' },
    description:
      'When more is left than now: of a fixed window its end, else when the next slot frees. Null when nothing is used',
  })
  resetsAt: string | null;
}

export class SubjectLimits {
  @ApiProperty({
    example: 'user:0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10',
    description: 'In the form that counts',
  })
  subject: string;

  @ApiProperty({ type: [LimitView], description: 'Every limit that is in force for it' })
  data: LimitView[];
}
