import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { plainAddress } from '../rate-limit/client-address.js';
import type { Client as ClientInfo } from './session.repository.js';

const USER_AGENT_MAX = 256;

/** Tells a device that has signed in before from a stranger (see attempts/). */
export const DEVICE_TOKEN_HEADER = 'X-Device-Token';

/** The type of `@Client()` parameters. */
export type Client = ClientInfo;

/** Where the request comes from: the address behind trusted proxies, what the browser calls itself, and its device token. */
export const Client = createParamDecorator((_data: unknown, context: ExecutionContext): ClientInfo => {
  const request = context.switchToHttp().getRequest<Request>();
  const userAgent = (request.get('user-agent') ?? '').slice(0, USER_AGENT_MAX);
  return { ip: plainAddress(request.ip), userAgent, deviceToken: request.get(DEVICE_TOKEN_HEADER) };
});
