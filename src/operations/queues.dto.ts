import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { PageInfo, PageQuery, type Page } from '../common/page.js';
import { PRIORITIES, type Priority } from '../queue/job.js';
import { JOB_STATES, type JobState } from '../queue/queue-inspection.types.js';

const NOW = '2026-11-25T09:00:00.000Z';

export class QueueView {
  @ApiProperty({ example: 'mail.send' })
  name: string;

  @ApiProperty({ type: 'integer', example: 3 })
  waiting: number;

  @ApiProperty({ type: 'integer', example: 1 })
  active: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Put aside: for a retry, or until they are due' })
  delayed: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Given up; kept for 7 days, 10,000 at most' })
  failed: number;

  @ApiProperty({
    ...{ type: 'integer', example: 1_284 },
    description: 'Done so far, as long as Redis was not emptied; of the last 1,000 the list tells',
  })
  completed: number;

  @ApiProperty({ example: false })
  paused: boolean;

  @ApiProperty({
    ...{ type: 'integer', nullable: true, example: 120 },
    description: 'For how long the job at the front has waited; null when none waits',
  })
  oldestWaitingMs: number | null;
}

export class QueueList {
  @ApiProperty({ type: [QueueView] })
  data: QueueView[];
}

/** `?state=&limit=&cursor=` of a queue's jobs. */
export class JobQuery extends PageQuery {
  @ApiProperty({ enum: JOB_STATES, required: false, default: 'waiting' })
  @IsIn(JOB_STATES)
  state: JobState = 'waiting';
}

export class JobFailure {
  @ApiProperty({ format: 'date-time', example: NOW })
  at: string;

  @ApiProperty({ example: 'The mail server did not take it: EENVELOPE 550' })
  error: string;
}

export class JobProgress {
  @ApiProperty({ type: 'integer', example: 300 })
  done: number;

  @ApiProperty({ type: 'integer', example: 1_000 })
  total: number;
}

export class JobView {
  @ApiProperty({ example: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10' })
  id: string;

  @ApiProperty({ example: 'mail.send', description: 'The kind of job; that of its queue' })
  name: string;

  @ApiProperty({
    ...{ type: 'object', additionalProperties: true, nullable: true },
    example: { kind: 'otp', sealed: 'sealed' },
    description: 'What it carries; what is secret is only called sealed. Null where it is not kept',
  })
  data: unknown;

  @ApiProperty({ enum: PRIORITIES })
  priority: Priority;

  @ApiProperty({ type: 'integer', example: 0, description: 'How often it failed' })
  attempts: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Why it failed last, or is held up',
  })
  error: string | null;

  @ApiProperty({ type: [JobFailure], description: 'Its last ten failures, the newest last' })
  history: JobFailure[];

  @ApiProperty({ type: JobProgress, nullable: true })
  progress: JobProgress | null;

  @ApiProperty({ format: 'date-time', example: NOW })
  enqueuedAt: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When a delayed one is due',
  })
  dueAt: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  failedAt: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  completedAt: string | null;
}

export class JobPage implements Page<JobView> {
  @ApiProperty({ type: [JobView] })
  data: JobView[];

  @ApiProperty({ type: PageInfo })
  page: PageInfo;
}

export class RetriedJobs {
  @ApiProperty({ type: 'integer', example: 12 })
  retried: number;
}
