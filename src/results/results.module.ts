import { Module } from '@nestjs/common';
import { ProfileModule } from '../profile/profile.module.js';
import { QuizModule } from '../quiz/quiz.module.js';
import { GradebookController } from './gradebook.controller.js';
import { GradebookRepository } from './gradebook.repository.js';
import { GradebookService } from './gradebook.service.js';
import { ResultsController } from './results.controller.js';
import { ResultsRepository } from './results.repository.js';
import { ResultsService } from './results.service.js';

/** What became of a quiz: its figures for all, the gradebook for its author. */
@Module({
  imports: [QuizModule, ProfileModule],
  controllers: [ResultsController, GradebookController],
  providers: [ResultsRepository, ResultsService, GradebookRepository, GradebookService],
})
export class ResultsModule {}
