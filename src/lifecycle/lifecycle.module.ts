import { Module } from '@nestjs/common';
import { AccountFollowerModule } from '../account/account.module.js';
import { SessionsModule } from '../auth/sessions.module.js';
import { LastActiveModule } from '../common/activity/activity.module.js';
import { RepeatsModule } from '../jobs/jobs.module.js';
import { LeaderboardModule } from '../leaderboard/leaderboard.module.js';
import { NotifierModule } from '../notification/notification.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { ProfileModule } from '../profile/profile.module.js';
import { DormancyFollower } from './dormancy-follower.service.js';
import { DormancyProcessor } from './dormancy.processor.js';
import { DormancyRepository } from './dormancy.repository.js';
import { DormancySweep } from './dormancy.sweep.js';
import { LastSeenStore } from './last-seen.store.js';
import { LastSeenSweep } from './last-seen.sweep.js';
import { LifecycleController } from './lifecycle.controller.js';
import { LifecycleSchedule } from './lifecycle.schedule.js';
import { Lifecycle } from './lifecycle.service.js';
import { OrphanedKeysSweep } from './orphaned-keys.sweep.js';
import { SeenRecorder } from './seen-recorder.service.js';
import { SweepStates } from './sweep-states.service.js';
import { UnseenUsers } from './unseen-users.service.js';
import { WarningsSweep } from './warnings.sweep.js';
import { WelcomeBack } from './welcome-back.js';

/** For the API: notes who is there, brings back who comes back, and tells administrators of the sweeps. */
@Module({
  imports: [AccountFollowerModule, SessionsModule],
  controllers: [LifecycleController],
  providers: [LastSeenStore, SeenRecorder, WelcomeBack, SweepStates],
})
export class LifecycleModule {}

/** The sweeps, for whoever has them done. */
@Module({
  imports: [
    ...[RepeatsModule, SessionsModule, LeaderboardModule, ProfileModule, PresenceModule],
    ...[NotifierModule, LastActiveModule],
  ],
  providers: [
    ...[LastSeenStore, DormancyRepository, UnseenUsers, DormancyFollower],
    ...[LastSeenSweep, WarningsSweep, DormancySweep, OrphanedKeysSweep, Lifecycle],
  ],
  exports: [Lifecycle, WarningsSweep, DormancySweep, DormancyFollower],
})
export class LifecycleSweepsModule {}

/** For the worker: has them done when they are due. */
@Module({ imports: [LifecycleSweepsModule], providers: [LifecycleSchedule, DormancyProcessor] })
export class LifecycleWorkerModule {}
