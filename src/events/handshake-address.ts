import type { Express, Request } from 'express';
import type { IncomingMessage } from 'node:http';

/**
 * The address a socket comes from, found as Express finds `request.ip`: behind as many proxies as `trust proxy` says,
 * since a forwarded address is otherwise the client's own invention.
 */
export function addressOf(express: Express, { headers, socket }: IncomingMessage): string {
  const request = Object.create(express.request, {
    headers: { value: headers },
    socket: { value: socket },
  }) as Request;
  return request.ip ?? '';
}
