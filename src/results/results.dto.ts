import { ApiProperty } from '@nestjs/swagger';

export class QuestionFigures {
  @ApiProperty({ format: 'uuid' })
  questionId: string;
  /** How many submissions answered it, rightly or not: of all, or of the newest with 2,000,000 answers between them. */
  @ApiProperty({ type: 'integer' })
  answered: number;
  /** 0…1, over the same submissions; a question left out counts 0, as in the score. */
  averageCredit: number;
}

export class Leader {
  /** Null for who does not want to be seen on leaderboards. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  userId: string | null;
  @ApiProperty({ type: String, nullable: true })
  username: string | null;
  /** The best attempt at this version. */
  @ApiProperty({ type: 'integer' })
  score: number;
}

/** The figures of a quiz: of what was scored of its current version. */
export class Results {
  @ApiProperty({ format: 'uuid' })
  quizId: string;
  @ApiProperty({ type: 'integer' })
  quizVersion: number;
  @ApiProperty({ type: 'integer' })
  submissions: number;
  /** Learners with at least one of these submissions. */
  @ApiProperty({ type: 'integer' })
  participants: number;
  /** Of all submissions; 0 when there are none. */
  averageScore: number;
  @ApiProperty({ type: 'integer' })
  maxScore: number;
  /** Submissions by tenth of maxScore; full marks are in the last. */
  @ApiProperty({ type: [Number], minItems: 10, maxItems: 10 })
  distribution: number[];
  questions: QuestionFigures[];
  /** Up to ten; among equals whoever was first is ahead, and nobody without a point. */
  top: Leader[];
  @ApiProperty({ format: 'date-time' })
  generatedAt: string;
}
