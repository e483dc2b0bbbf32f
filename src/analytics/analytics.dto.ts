import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { PERIODS, type Period } from '../common/period.js';
import { QueryInteger } from '../common/query-integer.decorator.js';
import { IsDay } from './day.validator.js';
import { DEEDS, type Counters } from './deeds.js';

const USER_ID = '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10';
const DAY = { format: 'date', example: '2026-11-28' };
const COUNT = { type: 'integer', minimum: 0 } as const;

/** `?date=` of active users. */
export class DayQuery {
  @ApiPropertyOptional({
    format: 'date',
    description: 'A day in UTC of the last 371, whose month is kept; today when absent',
  })
  @IsOptional()
  @IsDay()
  date?: string;
}

/** `?from=&to=` of visitors. */
export class RangeQuery {
  @ApiPropertyOptional({
    format: 'date',
    description: 'The first day; 29 days before the last when absent',
  })
  @IsOptional()
  @IsDay()
  from?: string;

  @ApiPropertyOptional({ format: 'date', description: 'The last day; today when absent' })
  @IsOptional()
  @IsDay()
  to?: string;
}

/** `?metric=&period=&periodKey=&limit=` of top users. */
export class TopUsersQuery {
  @ApiPropertyOptional({ enum: DEEDS, default: 'submissions' })
  @IsOptional()
  @IsIn(DEEDS)
  metric: (typeof DEEDS)[number] = 'submissions';

  @ApiPropertyOptional({
    enum: PERIODS,
    default: 'weekly',
    description: 'Days, ISO weeks and months are those of UTC',
  })
  @IsOptional()
  @IsIn(PERIODS)
  period: Period = 'weekly';

  @ApiPropertyOptional({
    description:
      'A past period, such as `2026-W47`; days and weeks of the last 90 days. The present one when absent',
  })
  @IsOptional()
  @IsString()
  periodKey?: string;

  @QueryInteger({ minimum: 1, maximum: 100, default: 10 })
  limit: number = 10;
}

export class ActiveUsers {
  @ApiProperty(DAY)
  date: string;

  @ApiProperty({ ...COUNT, example: 212, description: 'Users seen on the day' })
  daily: number;

  @ApiProperty({ ...COUNT, example: 804, description: 'Users seen on the day or the 6 before it' })
  weekly: number;

  @ApiProperty({ ...COUNT, example: 1_490, description: 'Users seen on the day or the 29 before it' })
  monthly: number;
}

export class VisitorsOfDay {
  @ApiProperty(DAY)
  date: string;

  @ApiProperty({ ...COUNT, example: 341 })
  visitors: number;
}

export class Visitors {
  @ApiProperty({ ...DAY, example: '2026-11-28' })
  from: string;

  @ApiProperty(DAY)
  to: string;

  @ApiProperty({ ...COUNT, example: 341, description: 'Unique over the whole range' })
  visitors: number;

  @ApiProperty({
    example: 0.81,
    description: 'Of every number of visitors here: they are estimated by HyperLogLog',
  })
  standardErrorPercent: number;

  @ApiProperty({ type: [VisitorsOfDay], description: 'Every day of the range, the first one first' })
  days: VisitorsOfDay[];
}

export class ActivityCounters implements Counters {
  @ApiProperty({ ...COUNT, example: 2 })
  logins: number;

  @ApiProperty({ ...COUNT, example: 5 })
  submissions: number;

  @ApiProperty({ ...COUNT, example: 14 })
  messages: number;

  @ApiProperty({ ...COUNT, example: 9 })
  quizViews: number;
}

export class ActivityOfDay extends ActivityCounters {
  @ApiProperty(DAY)
  date: string;
}

export class ActivityOfMonth extends ActivityCounters {
  @ApiProperty({ example: '2026-08' })
  month: string;
}

export class UserActivity {
  @ApiProperty({ format: 'uuid', example: USER_ID })
  userId: string;

  @ApiProperty({ type: ActivityCounters })
  total: ActivityCounters;

  @ApiProperty({
    type: [ActivityOfDay],
    description: 'Days on which the user did something, the newest first',
  })
  days: ActivityOfDay[];

  @ApiProperty({
    type: [ActivityOfMonth],
    description: 'What is not kept by day any more, after 90 days, the newest first',
  })
  months: ActivityOfMonth[];
}

export class TopUser {
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  rank: number;

  @ApiProperty({ format: 'uuid', example: USER_ID })
  userId: string;

  @ApiProperty({ example: 'anna' })
  username: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 14 })
  value: number;
}

export class TopUsersPage {
  @ApiProperty({ enum: DEEDS, example: 'submissions' })
  metric: TopUsersQuery['metric'];

  @ApiProperty({ enum: PERIODS, example: 'weekly' })
  period: Period;

  @ApiProperty({ example: '2026-W48', description: 'Names the one period meant' })
  periodKey: string;

  @ApiProperty({ type: [TopUser] })
  data: TopUser[];
}

export class QuizFunnel {
  @ApiProperty({ format: 'uuid' })
  quizId: string;

  @ApiProperty({
    ...{ ...COUNT, example: 120 },
    description: 'Learners who looked at the quiz, estimated by HyperLogLog; never less than started',
  })
  viewed: number;

  @ApiProperty({ ...COUNT, example: 96, description: 'Learners who began an attempt or handed in' })
  started: number;

  @ApiProperty({ ...COUNT, example: 84, description: 'Learners who handed in' })
  submitted: number;

  @ApiProperty({
    ...COUNT,
    example: 61,
    description: 'Learners whose best submission has half of its points, or more',
  })
  passed: number;

  @ApiProperty({ example: 0.81, description: 'Of viewed; the other steps are exact' })
  viewedStandardErrorPercent: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-28T10:30:00.000Z' })
  generatedAt: string;
}
