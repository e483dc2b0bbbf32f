import { IsNumberString, IsUUID } from 'class-validator';
import { jobKind } from '../jobs/job-kind.js';

export class AnnounceQuiz {
  @IsUUID()
  quizId: string;

  /** How many came with it, in the same file. */
  @IsNumberString({ no_symbols: true })
  others: string;

  /** Those whom it may concern have been told up to this id. */
  @IsUUID()
  afterId: string;
}

/** Tells who may want to know that a quiz was published, page by page. */
export const announceQuiz = jobKind({
  name: 'quiz.announce',
  data: AnnounceQuiz,
  promisedBy: 'outbox',
  maxAttempts: 8,
});
