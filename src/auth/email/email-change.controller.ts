import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Api } from '../../common/api.js';
import { NeedsSession } from '../access.decorators.js';
import { Caller } from '../caller.decorator.js';
import { Client } from '../client.decorator.js';
import { ChangeEmail, ConfirmEmail } from './email-change.dto.js';
import { EmailChangeService } from './email-change.service.js';

@ApiTags('Accounts')
@NeedsSession()
@Controller('auth/email/change')
export class EmailChangeController {
  constructor(private readonly changes: EmailChangeService) {}

  @Post()
  @HttpCode(202)
  @Api({
    id: 'changeEmail',
    summary: 'Ask for another e-mail address',
    description:
      'A code goes to the new address and a notice to the old one. The answer is the same when somebody has the new ' +
      'address already. At most 5 an hour; to the same address, one a minute.',
    errors: ['unauthenticated', 'invalid_credentials', 'login_locked'],
  })
  request(@Caller() caller: Caller, @Body() body: ChangeEmail, @Client() client: Client): Promise<void> {
    return this.changes.request(caller, body, client.deviceToken);
  }

  @Post('confirm')
  @HttpCode(204)
  @Api({
    id: 'confirmEmail',
    summary: 'Change the e-mail address with the code that was sent there',
    description:
      'If no address of the account was ever proven, its other sessions end. A code takes 5 guesses, and an account ' +
      '20 an hour. Links to a new password that went to the old address no longer work.',
    errors: ['unauthenticated', 'invalid_code', 'email_taken'],
  })
  confirm(@Caller() caller: Caller, @Body() { code }: ConfirmEmail): Promise<void> {
    return this.changes.confirm(caller, code);
  }
}
