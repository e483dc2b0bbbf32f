import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Api } from '../../common/api.js';
import { RateLimit } from '../../rate-limit/rate-limit.decorator.js';
import { NeedsSession, Public } from '../access.decorators.js';
import { NoStore } from '../attempts/answers-tokens.decorator.js';
import { Caller } from '../caller.decorator.js';
import { Client } from '../client.decorator.js';
import { ForgotPasswordService } from './forgot-password.service.js';
import { ChangePassword, ForgotPassword, ResetPassword } from './password.dto.js';
import { PasswordService } from './password.service.js';

@ApiTags('Accounts')
@Controller('auth/password')
export class PasswordController {
  constructor(
    private readonly passwords: PasswordService,
    private readonly forgotten: ForgotPasswordService,
  ) {}

  @Post('forgot')
  @HttpCode(202)
  @Public()
  @RateLimit({ name: 'FORGOT', by: 'ip', algorithm: 'fixed' })
  @Api({
    id: 'forgotPassword',
    summary: 'Ask for a link to set a new password',
    description:
      'The answer is the same whether or not anybody has the address. A mail goes out at most once a minute and five ' +
      'times an hour; its link works once, within 30 minutes.',
  })
  forgot(@Body() body: ForgotPassword): Promise<void> {
    return this.forgotten.ask(body.email);
  }

  @Post('reset')
  @HttpCode(204)
  @Public()
  @NoStore()
  @RateLimit({ name: 'LOGIN', by: 'ip', algorithm: 'fixed' })
  @Api({
    id: 'resetPassword',
    summary: 'Set a new password by the link of a mail',
    description:
      'Ends every session and signs nobody in; a notice goes out by mail. A password that is refused leaves the link good.',
    errors: ['invalid_token'],
  })
  reset(@Body() body: ResetPassword): Promise<void> {
    return this.passwords.reset(body);
  }

  @Post('change')
  @HttpCode(204)
  @NeedsSession()
  @NoStore()
  @Api({
    id: 'changePassword',
    summary: 'Change my password',
    description:
      'Ends all other sessions; a notice goes out by mail. A wrong current password counts as a failed log-in.',
    errors: ['unauthenticated', 'invalid_credentials', 'login_locked'],
  })
  change(@Caller() caller: Caller, @Body() body: ChangePassword, @Client() client: Client): Promise<void> {
    return this.passwords.change(caller, body, client.deviceToken);
  }
}
