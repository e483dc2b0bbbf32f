import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession, Roles } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Api } from '../common/api.js';
import { IdParam } from '../common/id-param.decorator.js';
import { PageQuery } from '../common/page.js';
import { AccountAudit } from './account-audit.service.js';
import { AdminUser, AuditPage, ChangeUser, UserPage, UserQuery } from './admin-users.dto.js';
import { AdminUsersService } from './admin-users.service.js';

@ApiTags('Administration')
@NeedsSession()
@Roles('admin')
@Controller('admin/users')
export class AdminUsersController {
  constructor(
    private readonly admin: AdminUsersService,
    private readonly audit: AccountAudit,
  ) {}

  @Get()
  @Api({
    id: 'listUsers',
    summary: 'Find users, newest first',
    errors: ['validation_failed', 'unauthenticated', 'forbidden'],
  })
  list(@Query() query: UserQuery): Promise<UserPage> {
    return this.admin.search(query);
  }

  @Get(':userId')
  @Api({
    id: 'findUser',
    summary: 'A user with address and status',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  one(@IdParam('userId') userId: string): Promise<AdminUser> {
    return this.admin.find(userId);
  }

  @Patch(':userId')
  @Api({
    id: 'changeUser',
    summary: 'Give a user another role, ban one, or end a ban',
    description:
      'A ban ends every session and its sockets at once and takes the user off the boards; its end brings the standing back. Nobody changes their own account, or the administrator of the configuration.',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  change(
    @Caller() caller: Caller,
    @IdParam('userId') userId: string,
    @Body() body: ChangeUser,
  ): Promise<AdminUser> {
    return this.admin.change(caller, userId, body);
  }

  @Get(':userId/audit')
  @Api({
    id: 'listAuditEntries',
    summary: 'What happened to an account, newest first',
    description: 'Kept for 400 days, and beyond the deletion of the account.',
    errors: ['validation_failed', 'unauthenticated', 'forbidden', 'not_found'],
  })
  entries(@IdParam('userId') userId: string, @Query() query: PageQuery): Promise<AuditPage> {
    return this.audit.page(userId, query);
  }
}
