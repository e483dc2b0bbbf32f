import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Api } from '../common/api.js';
import { RateLimit } from '../rate-limit/rate-limit.decorator.js';
import { NeedsSession, Public } from './access.decorators.js';
import { AnswersTokens, NoStore } from './attempts/answers-tokens.decorator.js';
import { LogIn, Refresh, SignUp, Tokens } from './auth.dto.js';
import { AuthService } from './auth.service.js';
import { Caller } from './caller.decorator.js';
import { Client } from './client.decorator.js';

@ApiTags('Accounts')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('signup')
  @Public()
  @AnswersTokens()
  @RateLimit({ name: 'SIGNUP', by: 'ip', algorithm: 'fixed' })
  @Api({
    id: 'signUp',
    summary: 'Sign up',
    errors: ['email_taken', 'username_taken'],
    ok: { status: 201, description: 'Signed up', type: Tokens, headers: ['X-Device-Token'] },
  })
  signUp(@Body() body: SignUp, @Client() client: Client): Promise<Tokens> {
    return this.auth.signUp(body, client);
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  @AnswersTokens()
  @RateLimit({ name: 'LOGIN', by: 'ip', algorithm: 'fixed' })
  @Api({
    id: 'logIn',
    summary: 'Log in with e-mail address or username',
    description:
      'After five failures: `login_locked` for a second, doubling with each further one up to 15 minutes.',
    errors: ['invalid_credentials', 'login_locked', 'mfa_required', 'forbidden'],
    ok: { status: 200, description: 'Logged in', type: Tokens, headers: ['X-Device-Token'] },
  })
  logIn(@Body() body: LogIn, @Client() client: Client): Promise<Tokens> {
    return this.auth.logIn(body, client);
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @NoStore()
  @RateLimit({ name: 'REFRESH', by: 'ip', algorithm: 'fixed' })
  @Api({
    id: 'refresh',
    summary: 'Get a new access token',
    description:
      'The refresh token is rotated. The same one again within 10 s gets the same successor; later, it ends the session.',
    errors: ['invalid_token', 'session_expired'],
  })
  refresh(@Body() body: Refresh, @Client() client: Client): Promise<Tokens> {
    return this.auth.refresh(body.refreshToken, client);
  }

  @Post('logout')
  @HttpCode(204)
  @NeedsSession()
  @Api({
    id: 'logOut',
    summary: 'Log out',
    description: 'The access token stops working at once, and the sockets of the session close.',
    errors: ['unauthenticated'],
  })
  logOut(@Caller() caller: Caller): Promise<void> {
    return this.auth.logOut(caller);
  }
}
