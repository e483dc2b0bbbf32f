import { Module } from '@nestjs/common';
import { QuizModule } from '../quiz/quiz.module.js';
import { ActivityRecorder } from './activity-recorder.js';
import { ActivityRepository } from './activity.repository.js';
import { ActivitySaver } from './activity-saver.service.js';
import { ActivityStore } from './activity.store.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsSchedule } from './analytics.schedule.js';
import { AudienceService } from './audience.service.js';
import { FunnelRepository } from './funnel.repository.js';
import { FunnelService } from './funnel.service.js';
import { RedisDay } from './redis-day.js';
import { SketchRepository } from './sketch.repository.js';
import { SketchStore } from './sketch.store.js';
import { TopSets } from './top-sets.service.js';
import { TopUsersService } from './top-users.service.js';
import { UserActivityService } from './user-activity.service.js';
import { VisitorHash } from './visitor-hash.js';

const saving = [ActivityStore, ActivityRepository, SketchStore, SketchRepository, ActivitySaver];

/** For the API: hears and records what people do, and answers administrators. */
@Module({
  imports: [QuizModule],
  controllers: [AnalyticsController],
  providers: [
    ...[...saving, RedisDay, VisitorHash, ActivityRecorder, TopSets],
    ...[AudienceService, UserActivityService, TopUsersService, FunnelRepository, FunnelService],
  ],
})
export class AnalyticsModule {}

/** For the worker: saves. */
@Module({ providers: [...saving, AnalyticsSchedule] })
export class AnalyticsWorkerModule {}
