import { ApiProperty } from '@nestjs/swagger';
import { notificationKind } from '../notification-kind.js';

export class WeeklyDigest {
  @ApiProperty({ example: '2026-W47', description: 'The ISO week that it is about' })
  week: string;

  @ApiProperty({ type: 'integer', example: 35, description: 'Points that I got in it' })
  points: number;

  @ApiProperty({
    type: [String],
    description: 'Titles of quizzes that those whom I follow published; ten at most',
  })
  quizzes: string[];

  @ApiProperty({ type: 'integer', example: 2, description: 'Notifications that I have not read' })
  unread: number;
}

export const weeklyDigest = notificationKind<WeeklyDigest>({
  name: 'weekly_digest',
  summary: 'On Mondays: what the last week brought me',
  data: WeeklyDigest,
  defaults: { inApp: false, email: true },
  mailAfterMs: 0,
  text: ({ week, points }) => `In the week ${week} you got ${points} points.`,
  mail: ({ week, points, quizzes, unread }) => ({
    subject: `Your week ${week}`,
    paragraphs: [
      `in the week ${week} you got ${points} points.`,
      ...(quizzes.length > 0 ? [`New from those whom you follow: ${quizzes.join(' · ')}`] : []),
      ...(unread > 0 ? [`${unread} notifications wait for you.`] : []),
    ],
    action: { label: 'Go on learning', path: '/' },
  }),
  example: { week: '2026-W47', points: 35, quizzes: ['Redis basics'], unread: 2 },
});
