import { Body, Controller, Delete, Get, Header, HttpCode, Patch, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NeedsSession } from '../auth/access.decorators.js';
import { Caller } from '../auth/caller.decorator.js';
import { Client } from '../auth/client.decorator.js';
import { Api } from '../common/api.js';
import { AccountDeletionService } from './account-deletion.service.js';
import { AccountExportService } from './account-export.service.js';
import { AccountExport, DeleteAccount } from './account.dto.js';
import { ChangeProfile, OwnProfile } from '../profile/profile.dto.js';
import { ProfileChangeService } from './profile-change.service.js';

@ApiTags('Accounts')
@NeedsSession()
@Controller('me')
export class AccountController {
  constructor(
    private readonly deletion: AccountDeletionService,
    private readonly exports: AccountExportService,
    private readonly profiles: ProfileChangeService,
  ) {}

  @Patch()
  @ApiTags('Profiles')
  @Api({
    id: 'changeMyProfile',
    summary: 'Change how I am shown',
    description:
      'With `leaderboardVisible: false` I keep my rank and see it; others see a place without a name, in events and results too.',
    errors: ['unauthenticated'],
  })
  change(@Caller() caller: Caller, @Body() body: ChangeProfile): Promise<OwnProfile> {
    return this.profiles.change(caller, body);
  }

  @Delete()
  @HttpCode(204)
  @Api({
    id: 'deleteMyAccount',
    summary: 'Delete my account',
    description:
      'Ends every session and removes personal data at once; name and address are free again. Submissions and scores stay in the statistics under a stub without a name. A wrong password counts as a failed log-in.',
    errors: ['unauthenticated', 'invalid_credentials', 'forbidden', 'login_locked'],
  })
  delete(
    @Caller() caller: Caller,
    @Body() { password }: DeleteAccount,
    @Client() client: Client,
  ): Promise<void> {
    return this.deletion.delete(caller, password, client.deviceToken);
  }

  @Get('export')
  @Header('Cache-Control', 'no-store')
  @Api({
    id: 'exportMyData',
    summary: 'All that is held on me, as one JSON document',
    description:
      'Sent as it is read, as an attachment; a connection that breaks off means that it is not whole.',
    errors: ['unauthenticated', 'not_found'],
    ok: { status: 200, description: 'All that is held on me', type: AccountExport },
  })
  export(@Caller() caller: Caller): Promise<StreamableFile> {
    return this.exports.export(caller);
  }
}
