import { Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { EventsModule } from '../events/events.module.js';
import { ProfileModule } from '../profile/profile.module.js';
import { AdminLeaderboardsController } from './admin-leaderboards.controller.js';
import { BoardHealth } from './board-health.js';
import { BoardLeavers } from './board-leavers.service.js';
import { BoardPageRepository } from './board-page.repository.js';
import { BoardBuilder } from './board.builder.js';
import { BoardReader } from './board.reader.js';
import { BoardRebuilder } from './board.rebuilder.js';
import { BoardService } from './board.service.js';
import { BoardVerifier } from './board.verifier.js';
import { GroupStandings } from './group-standings.repository.js';
import { KeptBoards } from './kept-boards.js';
import { LeaderboardController } from './leaderboard.controller.js';
import { LeaderboardTopic } from './leaderboard.topic.js';
import { OrdinalRepository } from './ordinal.repository.js';
import { PeriodStandings } from './period-standings.repository.js';
import { StandingsRepository } from './standings.repository.js';

/** For both processes: the worker records scores, the API reads. */
@Module({
  imports: [EventsModule, ProfileModule],
  controllers: [LeaderboardController, AdminLeaderboardsController],
  providers: [
    Clock,
    BoardService,
    BoardLeavers,
    BoardReader,
    BoardBuilder,
    BoardRebuilder,
    BoardHealth,
    KeptBoards,
    BoardVerifier,
    BoardPageRepository,
    StandingsRepository,
    PeriodStandings,
    GroupStandings,
    OrdinalRepository,
    LeaderboardTopic,
  ],
  exports: [BoardService, BoardLeavers, BoardReader, BoardHealth, BoardRebuilder, OrdinalRepository],
})
export class LeaderboardModule {}
