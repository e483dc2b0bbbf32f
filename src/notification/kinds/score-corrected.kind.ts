import { ApiProperty } from '@nestjs/swagger';
import { notificationKind } from '../notification-kind.js';

export class CorrectedScore {
  @ApiProperty({ format: 'uuid' })
  quizId: string;

  @ApiProperty({ example: 'Redis basics' })
  title: string;

  @ApiProperty({ type: 'integer', example: 7, description: 'My best on the quiz, as it counts now' })
  score: number;

  @ApiProperty({ type: 'integer', example: 5 })
  previousScore: number;
}

const whatCounts = ({ score, previousScore }: Pick<CorrectedScore, 'score' | 'previousScore'>) =>
  score === previousScore
    ? `your best score is still ${score}`
    : `your best score is ${score} instead of ${previousScore}`;

export const scoreCorrected = notificationKind<CorrectedScore>({
  name: 'score_corrected',
  summary: 'The author of a quiz corrected its key, and what I handed in was graded again',
  data: CorrectedScore,
  defaults: { inApp: true, email: false },
  mailAfterMs: 10 * 60_000,
  text: ({ title, ...scores }) => `${title} was graded again: ${whatCounts(scores)}.`,
  mail: ({ quizId, title, ...scores }) => ({
    subject: `${title} was graded again`,
    paragraphs: [`the author of ${title} corrected its key: ${whatCounts(scores)}.`],
    action: { label: 'See the quiz', path: `/quizzes/${quizId}` },
  }),
  example: {
    ...{ quizId: '0199d3ee-02c4-7b5a-a1f3-92d8e7c6b5a4', title: 'Redis basics' },
    ...{ score: 7, previousScore: 5 },
  },
});
