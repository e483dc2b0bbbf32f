import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession, Roles } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import {
  ActiveUsers,
  DayQuery,
  QuizFunnel,
  RangeQuery,
  TopUsersPage,
  TopUsersQuery,
  UserActivity,
  Visitors,
} from './analytics.dto.js';
import { AudienceService } from './audience.service.js';
import { FunnelService } from './funnel.service.js';
import { TopUsersService } from './top-users.service.js';
import { UserActivityService } from './user-activity.service.js';

const COUNTED = 'Who sends `DNT: 1` or `Sec-GPC: 1` is not counted.';

@ApiTags('Analytics')
@NeedsSession()
@Controller('analytics')
export class AnalyticsController {
  constructor(
    private readonly audience: AudienceService,
    private readonly activity: UserActivityService,
    private readonly topUsers: TopUsersService,
    private readonly funnels: FunnelService,
  ) {}

  @Get('active-users')
  @Roles('admin')
  @Api({
    id: 'readActiveUsers',
    summary: 'How many users were there on a day, in its week and its month (admins)',
    description: `The week and the month are the 7 and the 30 days that end with the day. Estimated by HyperLogLog: the standard error is 0.81 %. A user was there with any request, or an open socket. ${COUNTED}`,
    errors: ['validation_failed', 'unauthenticated', 'forbidden'],
  })
  activeUsers(@Query() query: DayQuery): Promise<ActiveUsers> {
    return this.audience.activeUsers(query);
  }

  @Get('visitors')
  @Roles('admin')
  @Api({
    id: 'readVisitors',
    summary: 'Unique visitors by day and over a range (admins)',
    description: `Up to 366 days of the last 400. A visitor is a session, or who reads public routes without one: then address and agent are one visitor on a day, and another on the next, since nothing that would tell is kept. ${COUNTED}`,
    errors: ['validation_failed', 'unauthenticated', 'forbidden'],
  })
  visitors(@Query() query: RangeQuery): Promise<Visitors> {
    return this.audience.visitors(query);
  }

  @Get('users/:userId/activity')
  @Roles('admin')
  @Api({
    id: 'readUserActivity',
    summary: 'What a user did, by day and in total (admins)',
    description: `At most a second old. ${COUNTED}`,
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  userActivity(@IdParam('userId') userId: string): Promise<UserActivity> {
    return this.activity.of(userId);
  }

  @Get('top-users')
  @Roles('admin')
  @Api({
    id: 'listTopUsers',
    summary: 'Who did most of something in a period (admins)',
    description: `Deleted accounts are left out; among equals the order is that of falling ids. ${COUNTED}`,
    errors: ['validation_failed', 'unauthenticated', 'forbidden'],
  })
  top(@Query() query: TopUsersQuery): Promise<TopUsersPage> {
    return this.topUsers.top(query);
  }

  @Get('quizzes/:quizId/funnel')
  @Api({
    id: 'readQuizFunnel',
    summary: 'How far learners get with a quiz: viewed, started, submitted, passed (its author and admins)',
    description: `Of all versions, at most 60 s old. Passed is who has half of the points or more with any submission. ${COUNTED} They count as started, submitted and passed all the same, which their work tells.`,
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  funnel(@Caller() caller: Caller, @IdParam('quizId') quizId: string): Promise<QuizFunnel> {
    return this.funnels.read(caller, quizId);
  }
}
