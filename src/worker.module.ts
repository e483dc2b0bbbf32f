import { Module } from '@nestjs/common';
import { AccountWorkerModule } from './account/account.module.js';
import { AnalyticsWorkerModule } from './analytics/analytics.module.js';
import { AuditRetentionModule } from './audit/audit.retention.js';
import { AuthMailModule } from './auth/auth-mail.module.js';
import { IdentityWorkerModule } from './auth/identity/identity.module.js';
import { EventsModule } from './events/events.module.js';
import { RetentionWorkerModule } from './common/retention/retention.module.js';
import { PasswordResetRetentionModule } from './auth/password/password-reset.retention.js';
import { SessionRetentionModule } from './auth/session.retention.js';
import { ImportWorkerModule } from './quiz/imports/import-worker.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ChatWorkerModule } from './chat/chat.module.js';
import { FoundationModule } from './foundation.module.js';
import { JobsWorkerModule } from './jobs/jobs.module.js';
import { LeaderboardScheduleModule } from './leaderboard/leaderboard-schedule.module.js';
import { LifecycleWorkerModule } from './lifecycle/lifecycle.module.js';
import { NotificationWorkerModule } from './notification/notification.module.js';
import { PresenceWorkerModule } from './presence/presence.module.js';
import { ScoringModule } from './scoring/scoring.module.js';

/** The worker process: consumes the queues, sweeps, rebuilds. */
@Module({
  imports: [
    FoundationModule,
    MetricsModule,
    EventsModule,
    JobsWorkerModule,
    RetentionWorkerModule,
    PasswordResetRetentionModule,
    SessionRetentionModule,
    AuditRetentionModule,
    ScoringModule,
    LeaderboardScheduleModule,
    ImportWorkerModule,
    AuthMailModule,
    IdentityWorkerModule,
    AccountWorkerModule,
    NotificationWorkerModule,
    ChatWorkerModule,
    PresenceWorkerModule,
    AnalyticsWorkerModule,
    LifecycleWorkerModule,
  ],
})
export class WorkerModule {}
