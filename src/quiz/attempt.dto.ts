import { ApiProperty } from '@nestjs/swagger';
import { QuestionView } from '../question/dto/question-view.dto.js';
import { QUESTIONS_SEEN } from './quiz.examples.js';

/** A learner's go at a quiz: its clock and its order of things. */
export class Attempt {
  /** Send it as `attemptId` with the answers. */
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  quizId: string;
  /** What is handed in is graded against this version. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  quizVersion: number;
  @ApiProperty({ format: 'date-time' })
  startedAt: string;
  /** Until when answers are taken (and 2 s longer, for the way); null without a time limit. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-24T10:40:00.000Z' })
  deadline: string | null;
  @ApiProperty({ type: [QuestionView], example: QUESTIONS_SEEN })
  questions: QuestionView[];
}
