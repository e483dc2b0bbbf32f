import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { OnlineUsers, PresenceList, PresenceQuery } from './presence.dto.js';
import { PresenceService } from './presence.service.js';

@ApiTags('Presence')
@NeedsSession()
@Controller('presence')
export class PresenceController {
  constructor(private readonly presences: PresenceService) {}

  @Get('online')
  @Api({
    id: 'listOnline',
    summary: 'Who is online of those I may see, I too',
    description:
      'Those I follow or who follow me, and those with whom I share a conversation, unless one of us blocks the ' +
      'other; of more than 1,000 those who were active last. Who is away is not listed. Live, each is a topic ' +
      '`presence:{userId}`.',
    errors: ['unauthenticated'],
  })
  online(@Caller() caller: Caller): Promise<OnlineUsers> {
    return this.presences.online(caller.userId);
  }

  @Get()
  @Api({
    id: 'listPresence',
    summary: 'Whether users are there',
    description:
      'Up to 100, in the order asked. Whom I may not see, or who does not exist, is `offline` with `lastSeenAt: null`. ' +
      'A user who lost the connection is offline within 30 s. For a few seconds after Redis was lost, 503 is ' +
      'answered where `offline` might be wrong.',
    errors: ['validation_failed', 'unauthenticated'],
  })
  async list(@Caller() caller: Caller, @Query() { userIds }: PresenceQuery): Promise<PresenceList> {
    return { data: await this.presences.ofMany(caller.userId, userIds) };
  }
}
