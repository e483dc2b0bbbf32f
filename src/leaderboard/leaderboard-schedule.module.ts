import { Module } from '@nestjs/common';
import { BoardRebuildSchedule } from './board-rebuild.schedule.js';
import { LeaderboardModule } from './leaderboard.module.js';
import { OrdinalSchedule } from './ordinal.schedule.js';

/** For processes that go on: keeps boards and their ordinals in order by itself. A command only does what it is told. */
@Module({ imports: [LeaderboardModule], providers: [BoardRebuildSchedule, OrdinalSchedule] })
export class LeaderboardScheduleModule {}
