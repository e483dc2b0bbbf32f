import { ApiProperty } from '@nestjs/swagger';
import { notificationKind } from '../notification-kind.js';

export class PublishedQuiz {
  @ApiProperty({ format: 'uuid' })
  quizId: string;

  @ApiProperty({ example: 'Redis basics' })
  title: string;

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Quizzes that were published with it, of one file',
  })
  others: number;

  @ApiProperty({ format: 'uuid' })
  authorId: string;

  @ApiProperty({ example: 'ada' })
  authorName: string;
}

const whatIsNew = ({ title, others }: Pick<PublishedQuiz, 'title' | 'others'>) =>
  others === 0
    ? `a quiz: ${title}`
    : `${title} and ${others === 1 ? 'another quiz' : `${others} more quizzes`}`;

export const quizPublished = notificationKind<PublishedQuiz>({
  name: 'quiz_published',
  summary: 'Somebody whom I follow published a quiz',
  data: PublishedQuiz,
  defaults: { inApp: true, email: false },
  mailAfterMs: 30 * 60_000,
  text: (news) => `${news.authorName} published ${whatIsNew(news)}`,
  mail: ({ authorName, quizId, ...news }) => ({
    subject: `${news.others === 0 ? 'A new quiz' : 'New quizzes'} by ${authorName}`,
    paragraphs: [`${authorName}, whom you follow, published ${whatIsNew(news)}`],
    action: { label: 'Take the quiz', path: `/quizzes/${quizId}` },
  }),
  example: {
    quizId: '0199d3ee-02c4-7b5a-a1f3-92d8e7c6b5a4',
    title: 'Redis basics',
    others: 0,
    authorId: '0199d3f0-6d0c-7c64-9a51-6f3f4c3f8f10',
    authorName: 'ada',
  },
});
