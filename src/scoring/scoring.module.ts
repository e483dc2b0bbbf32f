import { Module } from '@nestjs/common';
import { LeaderboardModule } from '../leaderboard/leaderboard.module.js';
import { NotificationWorkerModule } from '../notification/notification.module.js';
import { ProfileModule } from '../profile/profile.module.js';
import { QuizModule } from '../quiz/quiz.module.js';
import { RegradeModule } from './regrade/regrade.module.js';
import { RegradeProcessor } from './regrade/regrade.processor.js';
import { Regrader } from './regrade/regrader.js';
import { ScorePublisher } from './score-publisher.js';
import { ScoringProcessor } from './scoring.processor.js';
import { ScoringRepository } from './scoring.repository.js';
import { ScoringService } from './scoring.service.js';

/** For the worker: grading, the ledger and what follows from it. */
@Module({
  imports: [QuizModule, RegradeModule, LeaderboardModule, NotificationWorkerModule, ProfileModule],
  providers: [
    ScoringRepository,
    ScorePublisher,
    ScoringService,
    ScoringProcessor,
    Regrader,
    RegradeProcessor,
  ],
})
export class ScoringModule {}
