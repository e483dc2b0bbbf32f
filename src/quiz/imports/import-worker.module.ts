import { Module } from '@nestjs/common';
import { QuizModule } from '../quiz.module.js';
import { ImportProcessor } from './import.processor.js';

/** For the worker: reads large files of questions. */
@Module({ imports: [QuizModule], providers: [ImportProcessor] })
export class ImportWorkerModule {}
