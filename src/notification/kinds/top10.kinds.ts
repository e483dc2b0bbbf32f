import { ApiProperty } from '@nestjs/swagger';
import { notificationKind } from '../notification-kind.js';

const MINUTES = 60_000;

export class Top10Place {
  @ApiProperty({ example: 'global' })
  board: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 9, description: 'Null for who left the board' })
  rank: number | null;

  @ApiProperty({ type: 'integer', example: 120 })
  score: number;
}

const boardPage = { label: 'See the leaderboard', path: '/leaderboards/global' };

export const enteredTop10 = notificationKind<Top10Place>({
  name: 'top10_entered',
  summary: 'I came into the first ten of the global leaderboard; once a day at most',
  data: Top10Place,
  defaults: { inApp: true, email: false },
  mailAfterMs: 10 * MINUTES,
  text: ({ rank, score }) => `You are among the first ten: rank ${rank} with ${score} points.`,
  mail: ({ rank, score }) => ({
    subject: `You are number ${rank}`,
    paragraphs: [
      `with ${score} points you came into the first ten of the leaderboard: rank ${rank}. Well done!`,
    ],
    action: boardPage,
  }),
  example: { board: 'global', rank: 9, score: 120 },
});

export const leftTop10 = notificationKind<Top10Place>({
  name: 'top10_left',
  summary: 'I fell out of the first ten of the global leaderboard; once a day at most',
  data: Top10Place,
  defaults: { inApp: true, email: false },
  mailAfterMs: 10 * MINUTES,
  text: ({ rank }) =>
    rank === null
      ? 'You are no longer on the leaderboard.'
      : `You fell out of the first ten, to rank ${rank}.`,
  mail: ({ rank, score }) => ({
    subject: 'Somebody overtook you',
    paragraphs: [
      rank === null
        ? 'you are no longer among the first ten of the leaderboard.'
        : `you fell out of the first ten of the leaderboard, to rank ${rank} with ${score} points. It takes one quiz to be back.`,
    ],
    action: boardPage,
  }),
  example: { board: 'global', rank: 11, score: 118 },
});
