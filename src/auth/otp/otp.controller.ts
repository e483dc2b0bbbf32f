import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Api } from '../../common/api.js';
import { RateLimit } from '../../rate-limit/rate-limit.decorator.js';
import { Public } from '../access.decorators.js';
import { AnswersTokens } from '../attempts/answers-tokens.decorator.js';
import { Tokens } from '../auth.dto.js';
import { AuthService } from '../auth.service.js';
import { Client } from '../client.decorator.js';
import { OptionalSession } from '../optional-session.decorator.js';
import { AskForOtp, UseOtp } from './otp.dto.js';
import { OtpService } from './otp.service.js';

@ApiTags('Accounts')
@Controller('auth/otp')
@Public()
export class OtpController {
  constructor(
    private readonly codes: OtpService,
    private readonly auth: AuthService,
  ) {}

  @Post()
  @HttpCode(202)
  @RateLimit({ name: 'OTP', by: 'ip', algorithm: 'fixed' })
  @Api({
    id: 'askForCode',
    summary: 'Have a code of six digits sent to an address',
    description:
      'To log in, or to prove the address. The answer is the same whether or not anybody has the address. A code ' +
      'is good for 10 minutes, once. At most one a minute and 5 an hour are sent to an address for each purpose.',
  })
  request(@Body() body: AskForOtp): Promise<void> {
    return this.codes.request(body);
  }

  @Post('verify')
  @HttpCode(200)
  @AnswersTokens()
  @RateLimit({ name: 'OTP', by: 'ip', algorithm: 'fixed' })
  @Api({
    id: 'useCode',
    summary: 'Log in, or prove an address, with a code',
    description:
      'Either way the address is proven, and the first proof ends the other sessions of the account: all but the one ' +
      'whose access token is sent along. A code takes 5 guesses, and an address 20 an hour.',
    errors: ['invalid_code', 'mfa_required', 'forbidden'],
    ok: { status: 200, description: 'Logged in', type: Tokens, headers: ['X-Device-Token'] },
  })
  @ApiNoContentResponse({ description: 'The address is proven' })
  async use(
    @Body() body: UseOtp,
    @Client() client: Client,
    @OptionalSession() sessionId: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Tokens | undefined> {
    const userId = await this.codes.use(body, sessionId);
    if (body.purpose === 'login') return await this.auth.finishLogIn(userId, client);
    response.status(204);
    return undefined;
  }
}
