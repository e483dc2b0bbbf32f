import { Controller, Delete, Get, HttpCode, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { PageQuery } from '../common/page.js';
import { FollowService } from './follow.service.js';
import { NamedUserPage } from './relation.dto.js';

@ApiTags('Profiles')
@NeedsSession()
@Controller()
export class RelationController {
  constructor(private readonly follows: FollowService) {}

  @Put('users/:userId/follow')
  @HttpCode(204)
  @Api({
    id: 'followUser',
    summary: 'Hear of the quizzes that a user publishes',
    description:
      'May be repeated. Nobody follows themselves, one who blocks them or whom they block, or more than 1,000 others.',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  follow(@Caller() caller: Caller, @IdParam('userId') userId: string): Promise<void> {
    return this.follows.follow(caller, userId);
  }

  @Delete('users/:userId/follow')
  @HttpCode(204)
  @Api({
    id: 'unfollowUser',
    summary: 'Hear no more of a user',
    description: 'Whom one does not follow is fine, and so is whom there is not.',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  unfollow(@Caller() caller: Caller, @IdParam('userId') userId: string): Promise<void> {
    return this.follows.unfollow(caller, userId);
  }

  @Get('me/following')
  @Api({ id: 'listFollowed', summary: 'Whom I follow', errors: ['validation_failed', 'unauthenticated'] })
  list(@Caller() caller: Caller, @Query() query: PageQuery): Promise<NamedUserPage> {
    return this.follows.list(caller, query);
  }
}
