import { Module } from '@nestjs/common';
import { AttemptController } from './attempt.controller.js';
import { AttemptRepository } from './attempt.repository.js';
import { AttemptService } from './attempt.service.js';
import { KeyCorrection } from './key-correction.service.js';
import { QuizImportController } from './quiz-import.controller.js';
import { QuizImportService } from './quiz-import.service.js';
import { ImportController } from './imports/import.controller.js';
import { ImportRepository } from './imports/import.repository.js';
import { LargeImports } from './imports/large-imports.service.js';
import { QuizExportController } from './quiz-export.controller.js';
import { QuizCache } from './quiz-cache.service.js';
import { QuizController } from './quiz.controller.js';
import { QuizRepository } from './quiz.repository.js';
import { QuizService } from './quiz.service.js';
import { QuizVersions } from './quiz-versions.js';
import { SubmissionIntake } from './submission-intake.js';
import { SubmissionController } from './submission.controller.js';
import { SubmissionRepository } from './submission.repository.js';
import { SubmissionService } from './submission.service.js';

@Module({
  controllers: [
    QuizImportController,
    ImportController,
    QuizExportController,
    QuizController,
    AttemptController,
    SubmissionController,
  ],
  providers: [
    QuizRepository,
    QuizCache,
    QuizVersions,
    QuizService,
    KeyCorrection,
    QuizImportService,
    ImportRepository,
    LargeImports,
    AttemptRepository,
    AttemptService,
    SubmissionRepository,
    SubmissionIntake,
    SubmissionService,
  ],
  exports: [QuizService, KeyCorrection, QuizVersions, QuizImportService, ImportRepository, LargeImports],
})
export class QuizModule {}
