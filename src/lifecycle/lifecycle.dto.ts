import { ApiProperty } from '@nestjs/swagger';

const OUTCOMES = ['done', 'stopped', 'failed'] as const;

export class SweepRun {
  @ApiProperty({ format: 'date-time', example: '2026-11-29T09:00:00.000Z' })
  at: string;

  @ApiProperty({ type: 'integer', example: 412 })
  durationMs: number;

  @ApiProperty({
    ...{ enum: OUTCOMES, example: 'done' },
    description: 'stopped: its process ended before all was done; what it had done stays done',
  })
  outcome: (typeof OUTCOMES)[number];

  @ApiProperty({
    ...{ type: 'object', additionalProperties: { type: 'integer' }, example: { dormant: 12 } },
    description: 'How much of what it did',
  })
  done: Record<string, number>;
}

export class SweepState {
  @ApiProperty({ example: 'dormancy' })
  name: string;

  @ApiProperty({ example: 'Lets accounts fall dormant that nobody uses' })
  what: string;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, example: 3600 },
    description: 'Null for what expires by itself, or is seen to all the time',
  })
  everySec: number | null;

  @ApiProperty({ type: SweepRun, nullable: true })
  lastRun: SweepRun | null;

  @ApiProperty({
    ...{ type: String, format: 'date-time', nullable: true, example: '2026-11-29T10:00:00.000Z' },
    description: 'Null for what does not come round; past when no worker runs',
  })
  nextAt: string | null;
}

export class SweepList {
  @ApiProperty({ type: () => [SweepState] })
  data: SweepState[];
}
