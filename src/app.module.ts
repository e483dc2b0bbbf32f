import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AccountModule } from './account/account.module.js';
import { AnalyticsModule } from './analytics/analytics.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ChatModule } from './chat/chat.module.js';
import { HttpDrain } from './common/http-drain.js';
import { ProblemFilter } from './common/problem.filter.js';
import { validationPipe } from './common/validation.js';
import { EventsGatewayModule } from './events/events-gateway.module.js';
import { EventsModule } from './events/events.module.js';
import { FoundationModule } from './foundation.module.js';
import { HealthModule } from './health/health.module.js';
import { LeaderboardScheduleModule } from './leaderboard/leaderboard-schedule.module.js';
import { LifecycleModule } from './lifecycle/lifecycle.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { NotificationModule } from './notification/notification.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { PresenceApiModule } from './presence/presence.module.js';
import { ProfileModule } from './profile/profile.module.js';
import { QuizModule } from './quiz/quiz.module.js';
import { RelationModule } from './relation/relation.module.js';
import { ResultsModule } from './results/results.module.js';
import { RegradeModule } from './scoring/regrade/regrade.module.js';

/** The API process: REST and sockets. */
@Module({
  imports: [
    FoundationModule,
    MetricsModule,
    EventsModule,
    EventsGatewayModule,
    AuthModule,
    AccountModule,
    ProfileModule,
    QuizModule,
    ResultsModule,
    RegradeModule,
    LeaderboardScheduleModule,
    RelationModule,
    ChatModule,
    PresenceApiModule,
    NotificationModule,
    AnalyticsModule,
    OperationsModule,
    LifecycleModule,
    HealthModule,
  ],
  providers: [
    HttpDrain,
    { provide: APP_PIPE, useFactory: validationPipe },
    ProblemFilter,
    { provide: APP_FILTER, useExisting: ProblemFilter },
  ],
})
export class AppModule {}
