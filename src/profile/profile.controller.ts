import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { OwnProfile, Profile } from './profile.dto.js';
import { ProfileService } from './profile.service.js';

@ApiTags('Profiles')
@NeedsSession()
@Controller()
export class ProfileController {
  constructor(private readonly profiles: ProfileService) {}

  @Get('me')
  @Api({ id: 'getMyProfile', summary: 'My profile', errors: ['unauthenticated'] })
  mine(@Caller() caller: Caller): Promise<OwnProfile> {
    return this.profiles.own(caller.userId);
  }

  @Get('users/:userId')
  @Api({
    id: 'getUser',
    summary: 'The public profile of a user',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  one(@IdParam('userId') userId: string): Promise<Profile> {
    return this.profiles.get(userId);
  }
}
