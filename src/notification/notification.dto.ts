import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageInfo, PageQuery, type Page } from '../common/page.js';
import { QueryFlag } from '../common/query-flag.decorator.js';

/** `?unread=&limit=&cursor=` of my notifications. */
export class NotificationQuery extends PageQuery {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Only those that I have not read' })
  @QueryFlag()
  unread: boolean = false;
}

export class NotificationView {
  @ApiProperty({ format: 'uuid', example: '0199d3f2-7e11-7a3b-9d20-4f5e6a7b8c9d' })
  id: string;

  @ApiProperty({ example: 'quiz_published' })
  kind: string;

  @ApiProperty({ example: 'ada published a quiz: Redis basics', description: 'One sentence, in plain text' })
  text: string;

  @ApiProperty({
    ...{ type: 'object', additionalProperties: true },
    description: 'What it is about; its shape goes by the kind',
  })
  data: object;

  @ApiProperty({ format: 'date-time', example: '2026-11-25T09:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readAt: string | null;
}

export class UnreadCount {
  @ApiProperty({ type: 'integer', example: 2 })
  unreadCount: number;
}

export class NotificationPage extends UnreadCount implements Page<NotificationView> {
  @ApiProperty({ type: [NotificationView] })
  data: NotificationView[];

  @ApiProperty({ type: PageInfo })
  page: PageInfo;
}

export class ChannelPreference {
  @ApiProperty({ example: true, description: 'Whether I am told here, and live' })
  inApp: boolean;

  @ApiProperty({ example: false, description: 'Whether I am sent a mail, once my address is confirmed' })
  email: boolean;
}
