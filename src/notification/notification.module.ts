import { Module, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Retention } from '../common/retention/retention.service.js';
import { Topics } from '../events/topics.js';
import { MailModule, MailWorkerModule } from '../mail/mail.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { RelationModule } from '../relation/relation.module.js';
import { DigestRepository } from './digest.repository.js';
import { DigestSchedule } from './digest.schedule.js';
import { MailAllowance } from './mail-allowance.service.js';
import { NotificationController } from './notification.controller.js';
import { notificationCreated } from './notification.events.js';
import { NotificationMail } from './notification.mail.js';
import { NotificationProcessor } from './notification.processor.js';
import { NotificationRepository } from './notification.repository.js';
import { NotificationService } from './notification.service.js';
import { Notifier } from './notifier.service.js';
import { QuizAnnouncer } from './quiz-announcer.js';
import { Top10Notices } from './top10-notices.service.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';
import { Unsubscriber } from './unsubscriber.service.js';

const KEPT_DAYS = 90;

/** What users read, choose and unsubscribe from. */
@Module({
  controllers: [NotificationController],
  providers: [NotificationRepository, NotificationService, UnsubscribeLinks, Unsubscriber],
  exports: [NotificationService],
})
export class NotificationModule implements OnModuleInit {
  constructor(private readonly topics: Topics) {}

  onModuleInit(): void {
    this.topics.declare(notificationCreated);
  }
}

/** Writes notifications, for whoever has a reason to. */
@Module({
  imports: [MailModule],
  providers: [NotificationRepository, Notifier],
  exports: [NotificationRepository, Notifier],
})
export class NotifierModule {}

/** For the worker: tells of notifications live and by mail, and lets go of old ones. */
@Module({
  imports: [NotifierModule, MailWorkerModule, RateLimitModule, RelationModule],
  providers: [
    ...[Clock, NotificationProcessor, Top10Notices],
    ...[UnsubscribeLinks, MailAllowance, NotificationMail, DigestRepository, DigestSchedule],
    QuizAnnouncer,
  ],
  exports: [NotifierModule],
})
export class NotificationWorkerModule {
  constructor(retention: Retention, rows: NotificationRepository) {
    retention.register({
      what: 'notifications',
      sweep: async (limit) => await rows.sweep(KEPT_DAYS, limit),
    });
  }
}
