import type { Request } from 'express';
import type { AccessTokens } from './access-token.service.js';

/** The access token of a request; empty when there is none. */
export const bearerOf = (request: Request): string =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';

/** Tells whether a request brings one of our tokens; whether its session lives is not asked. */
export const isKnownTo =
  (tokens: AccessTokens) =>
  async (request: Request): Promise<boolean> =>
    (await tokens.verify(bearerOf(request))) !== undefined;
