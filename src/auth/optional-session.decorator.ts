import { createParamDecorator, Injectable, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { Request } from 'express';
import { AccessTokens } from './access-token.service.js';
import { bearerOf } from './bearer.js';

/** Reads the session out of an access token; whether it lives is not asked. */
@Injectable()
class SessionOfToken implements PipeTransform<string, Promise<string | undefined>> {
  constructor(private readonly tokens: AccessTokens) {}

  async transform(token: string): Promise<string | undefined> {
    return (await this.tokens.verify(token))?.sessionId;
  }
}

const BearerToken = createParamDecorator((_data: unknown, context: ExecutionContext): string =>
  bearerOf(context.switchToHttp().getRequest<Request>()),
);

/** On a public route: the id of the session whose access token came along, if one did. */
export const OptionalSession = () => BearerToken(SessionOfToken);
