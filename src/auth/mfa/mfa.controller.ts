import { Body, Controller, Delete, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Api } from '../../common/api.js';
import { RateLimit } from '../../rate-limit/rate-limit.decorator.js';
import { NeedsSession, Public } from '../access.decorators.js';
import { AnswersTokens, NoStore } from '../attempts/answers-tokens.decorator.js';
import { Tokens } from '../auth.dto.js';
import { AuthService } from '../auth.service.js';
import { Caller } from '../caller.decorator.js';
import { Client } from '../client.decorator.js';
import { ConfirmTotp, DisableTotp, EnrolTotp, RecoveryCodes, TotpEnrolment, VerifyMfa } from './mfa.dto.js';
import { MfaService } from './mfa.service.js';

@ApiTags('Accounts')
@Controller('auth/mfa')
export class MfaController {
  constructor(
    private readonly mfa: MfaService,
    private readonly auth: AuthService,
  ) {}

  @Post('totp')
  @NeedsSession()
  @NoStore()
  @Api({
    id: 'enrolTotp',
    summary: 'Enrol an authenticator app as second factor',
    description:
      'Answers with a secret, which is in force once confirmed; enrolling again before that replaces it. A session older than 15 minutes sends the `password` too. While the second factor is on: 403.',
    errors: ['unauthenticated', 'invalid_credentials', 'forbidden', 'login_locked'],
  })
  enrol(@Caller() caller: Caller, @Body() body: EnrolTotp, @Client() client: Client): Promise<TotpEnrolment> {
    return this.mfa.enrol(caller, body, client.deviceToken);
  }

  @Post('totp/confirm')
  @HttpCode(200)
  @NeedsSession()
  @NoStore()
  @Api({
    id: 'confirmTotp',
    summary: 'Switch the second factor on, with a first code',
    description:
      'Answers with ten recovery codes. From now on, log-in asks for a code; sessions that are open stay open (`DELETE /auth/sessions` ends them).',
    errors: ['unauthenticated', 'invalid_code', 'forbidden', 'not_found'],
  })
  confirm(@Caller() caller: Caller, @Body() { code }: ConfirmTotp): Promise<RecoveryCodes> {
    return this.mfa.confirm(caller, code);
  }

  @Delete('totp')
  @HttpCode(204)
  @NeedsSession()
  @Api({
    id: 'disableTotp',
    summary: 'Switch the second factor off',
    description:
      'Proves the second factor or the password again: send either `code` or `password`. The recovery codes go with it.',
    errors: ['unauthenticated', 'invalid_code', 'invalid_credentials', 'not_found', 'login_locked'],
  })
  disable(@Caller() caller: Caller, @Body() body: DisableTotp, @Client() client: Client): Promise<void> {
    return this.mfa.disable(caller, body, client.deviceToken);
  }

  @Post('verify')
  @HttpCode(200)
  @Public()
  @AnswersTokens()
  @RateLimit({ name: 'LOGIN', by: 'ip', algorithm: 'fixed' })
  @Api({
    id: 'verifyMfa',
    summary: 'Complete a log-in with the second factor',
    description:
      'Takes the `ticket` of the `mfa_required` problem, good for 5 minutes, 5 tries and one log-in, and a code of the app or a recovery code. No code is good twice. After 10 wrong codes within an hour: `login_locked`.',
    errors: ['invalid_code', 'invalid_token', 'login_locked', 'forbidden'],
    ok: { status: 200, description: 'Logged in', type: Tokens, headers: ['X-Device-Token'] },
  })
  verify(@Body() body: VerifyMfa, @Client() client: Client): Promise<Tokens> {
    return this.auth.completeLogIn(body, client);
  }
}
