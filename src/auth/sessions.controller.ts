import { Controller, Delete, Get, HttpCode, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { PageQuery } from '../common/page.js';
import { NeedsSession } from './access.decorators.js';
import { Session, SessionPage } from './auth.dto.js';
import { AuthService } from './auth.service.js';
import { Caller } from './caller.decorator.js';

@ApiTags('Accounts')
@NeedsSession()
@Controller('auth/sessions')
export class SessionsController {
  constructor(private readonly auth: AuthService) {}

  @Get()
  @Api({
    id: 'listMySessions',
    summary: 'Where I am signed in, newest first',
    errors: ['validation_failed', 'unauthenticated'],
  })
  list(@Caller() caller: Caller, @Query() query: PageQuery): Promise<SessionPage> {
    return this.auth.mySessions(caller, query);
  }

  @Get(':id')
  @Api({
    id: 'getMySession',
    summary: 'One of my sessions',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  get(@Caller() caller: Caller, @IdParam('id') id: string): Promise<Session> {
    return this.auth.mySession(caller, id);
  }

  @Delete()
  @HttpCode(204)
  @Api({
    id: 'endOtherSessions',
    summary: 'Sign out everywhere else',
    errors: ['unauthenticated'],
  })
  endOthers(@Caller() caller: Caller): Promise<void> {
    return this.auth.endOthers(caller);
  }

  @Delete(':id')
  @HttpCode(204)
  @Api({
    id: 'endSession',
    summary: 'End one of my sessions',
    errors: ['validation_failed', 'unauthenticated', 'not_found'],
  })
  end(@Caller() caller: Caller, @IdParam('id') id: string): Promise<void> {
    return this.auth.endMine(caller, id);
  }
}
