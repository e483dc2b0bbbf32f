import { Module } from '@nestjs/common';
import { LeaderboardModule } from '../leaderboard/leaderboard.module.js';
import { ProfileModule } from '../profile/profile.module.js';
import { QuizModule } from '../quiz/quiz.module.js';
import { ScorePublisher } from './score-publisher.js';
import { ScoringProcessor } from './scoring.processor.js';
import { ScoringRepository } from './scoring.repository.js';
import { ScoringService } from './scoring.service.js';

/** For the worker: grading, the ledger and what follows from it. */
@Module({
  imports: [QuizModule, LeaderboardModule, ProfileModule],
  providers: [ScoringRepository, ScorePublisher, ScoringService, ScoringProcessor],
})
export class ScoringModule {}
