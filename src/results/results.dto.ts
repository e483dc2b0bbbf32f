import { ApiProperty } from '@nestjs/swagger';

const FIGURES = [
  { questionId: '0199d3ef-5a10-7c31-8b2e-1d4f6a8c0e21', answered: 118, averageCredit: 0.8417 },
  { questionId: '0199d3ef-5a10-7c31-8b2e-1d4f6a8c0e22', answered: 120, averageCredit: 0.65 },
];

export class QuestionFigures {
  @ApiProperty({ format: 'uuid' })
  questionId: string;
  /** How many submissions answered it, rightly or not: of all, or of the newest with 2,000,000 answers between them. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 118 })
  answered: number;
  /** 0…1, over the same submissions; a question left out counts 0, as in the score. */
  @ApiProperty({ minimum: 0, maximum: 1, example: 0.8417 })
  averageCredit: number;
}

export class Leader {
  /** Null for who does not want to be seen on leaderboards. */
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  userId: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'grace' })
  username: string | null;
  /** The best attempt at this version. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  score: number;
}

/** The figures of a quiz: of what was scored of its current version. */
export class Results {
  @ApiProperty({ format: 'uuid' })
  quizId: string;
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  quizVersion: number;
  @ApiProperty({ type: 'integer', minimum: 0, example: 120 })
  submissions: number;
  /** Learners with at least one of these submissions. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 84 })
  participants: number;
  /** Of all submissions; 0 when there are none. */
  @ApiProperty({ minimum: 0, example: 2.33 })
  averageScore: number;
  @ApiProperty({ type: 'integer', minimum: 1, example: 3 })
  maxScore: number;
  /** Submissions by tenth of maxScore; full marks are in the last. */
  @ApiProperty({ type: [Number], minItems: 10, maxItems: 10, example: [6, 0, 0, 13, 0, 0, 36, 0, 0, 65] })
  distribution: number[];
  @ApiProperty({ type: [QuestionFigures], example: FIGURES })
  questions: QuestionFigures[];
  /** Up to ten; among equals whoever was first is ahead, and nobody without a point. */
  top: Leader[];
  @ApiProperty({ format: 'date-time' })
  generatedAt: string;
}
