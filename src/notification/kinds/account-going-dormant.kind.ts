import { ApiProperty } from '@nestjs/swagger';
import { dayOf } from '../../common/period.js';
import { notificationKind } from '../notification-kind.js';

export class GoingDormant {
  @ApiProperty({
    format: 'date',
    example: '2026-11-22',
    description: 'The day, in UTC, on which it was used last',
  })
  lastActiveOn: string;

  @ApiProperty({
    format: 'date',
    example: '2026-11-29',
    description: 'The day, in UTC, on which it falls dormant',
  })
  dormantOn: string;
}

export const accountGoingDormant = notificationKind<GoingDormant>({
  name: 'account_going_dormant',
  summary: 'My account will be dormant in two days, since I was not there',
  data: GoingDormant,
  defaults: { inApp: false, email: true },
  mailAfterMs: 0,
  stillHolds: ({ lastActiveOn }, { lastActiveAt }) => dayOf(lastActiveAt) === lastActiveOn,
  isOwed: true,
  text: ({ dormantOn }) => `Without a sign of life your account is dormant from ${dormantOn} on.`,
  mail: ({ lastActiveOn, dormantOn }) => ({
    subject: 'Your account will be dormant soon',
    paragraphs: [
      `you were last here on ${lastActiveOn}. If you do not come by, your account is dormant from ${dormantOn} on: you are signed out and leave the leaderboards.`,
      'Your points are kept. Whenever you sign in, you are back at once, where you were.',
    ],
    action: { label: 'Come by', path: '/' },
  }),
  example: { lastActiveOn: '2026-11-22', dormantOn: '2026-11-29' },
});
