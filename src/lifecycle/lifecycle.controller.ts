import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession, Roles } from '../auth/access.decorators.js';
import { Api } from '../common/api.js';
import { SweepList } from './lifecycle.dto.js';
import { SweepStates } from './sweep-states.service.js';

@ApiTags('Administration')
@NeedsSession()
@Roles('admin')
@Controller('admin/lifecycle')
export class LifecycleController {
  constructor(private readonly states: SweepStates) {}

  @Get()
  @Api({
    id: 'listSweeps',
    summary: 'What each sweep did last, and when it runs next',
    description: 'Also what needs no sweep, since it expires by itself.',
    errors: ['unauthenticated', 'forbidden'],
  })
  async list(): Promise<SweepList> {
    return { data: await this.states.list() };
  }
}
