import type { Request } from 'express';

/** The access token of a request; empty when there is none. */
export const bearerOf = (request: Request): string =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
