import { Module } from '@nestjs/common';
import { LeaderboardModule } from '../../leaderboard/leaderboard.module.js';
import { QuizModule } from '../../quiz/quiz.module.js';
import { LearnersRepository } from './learners.repository.js';
import { RegradeController } from './regrade.controller.js';
import { RegradePreviewService } from './regrade-preview.service.js';
import { RegradeRepository } from './regrade.repository.js';
import { RegradeService } from './regrade.service.js';

/** For authors: correct a key, see what that changes, follow the regrade. */
@Module({
  imports: [QuizModule, LeaderboardModule],
  controllers: [RegradeController],
  providers: [RegradeService, RegradePreviewService, RegradeRepository, LearnersRepository],
  exports: [RegradeRepository, LearnersRepository],
})
export class RegradeModule {}
