import { Body, Controller, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import './kinds/index.js';
import { notificationKinds, type Channels } from './notification-kind.js';
import { ChannelPreference, NotificationPage, NotificationQuery, UnreadCount } from './notification.dto.js';
import { NotificationService } from './notification.service.js';

const kinds = notificationKinds();
/** The kinds are known only now, so the shape is no class. */
const preferences = {
  type: 'object',
  properties: Object.fromEntries(
    kinds.map(({ name, summary }) => [
      name,
      { description: summary, allOf: [{ $ref: getSchemaPath(ChannelPreference) }] },
    ]),
  ),
  example: Object.fromEntries(kinds.map(({ name, defaults }) => [name, defaults])),
};

@ApiTags('Notifications')
@NeedsSession()
@ApiExtraModels(ChannelPreference)
@Controller()
export class NotificationController {
  constructor(private readonly notifications: NotificationService) {}

  @Get('notifications')
  @Api({
    id: 'listNotifications',
    summary: 'My notifications, newest first',
    description: 'Kept for 90 days. Live they come as `notification.created` on the topic `user`.',
    errors: ['validation_failed', 'unauthenticated'],
  })
  list(@Caller() caller: Caller, @Query() query: NotificationQuery): Promise<NotificationPage> {
    return this.notifications.list(caller, query);
  }

  @Post('notifications/read-all')
  @HttpCode(200)
  @Api({ id: 'readAllNotifications', summary: 'I have read them all', errors: ['unauthenticated'] })
  readAll(@Caller() caller: Caller): Promise<UnreadCount> {
    return this.notifications.readAll(caller);
  }

  @Post('notifications/:id/read')
  @HttpCode(200)
  @Api({
    id: 'readNotification',
    summary: 'I have read one; may be repeated',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  read(@Caller() caller: Caller, @IdParam('id') id: string): Promise<UnreadCount> {
    return this.notifications.read(caller, id);
  }

  @Get('me/notification-preferences')
  @Api({
    id: 'getNotificationPreferences',
    summary: 'What I am told, and how',
    errors: ['unauthenticated'],
  })
  @ApiOkResponse({ schema: preferences })
  preferences(@Caller() caller: Caller): Promise<Record<string, Channels>> {
    return this.notifications.preferences(caller);
  }

  @Put('me/notification-preferences')
  @ApiBody({ schema: preferences })
  @Api({
    id: 'setNotificationPreferences',
    summary: 'Choose what I am told, and how',
    description: 'Kinds that are left out stay as they are.',
    errors: ['unauthenticated'],
  })
  @ApiOkResponse({ schema: preferences })
  prefer(@Caller() caller: Caller, @Body() wanted: object): Promise<Record<string, Channels>> {
    return this.notifications.prefer(caller, wanted);
  }
}
