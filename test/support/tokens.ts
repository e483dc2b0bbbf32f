import { createHmac } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { AccessTokens } from '../../src/auth/access-token.service.js';
import { Secrets } from '../../src/config/secrets.js';
import type { ApiClient } from './api-client.js';
import { testConfig } from './redis.js';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The claims of a token, unchecked. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

/** A token as an attacker would make it: any header, any claims, signed by a key of their own or not at all. */
export function forge(header: object, claims: object, key?: string): string {
  const body = `${encode(header)}.${encode(claims)}`;
  const mac = key === undefined ? '' : createHmac('sha256', key).update(body).digest('base64url');
  return `${body}.${mac}`;
}

/** A token with the server's own key and claims, but for another audience: what another service of ours would take. */
export async function foreignToken(client: ApiClient): Promise<string> {
  const { secrets } = testConfig();
  const { kid: keyid, key: secret } = new Secrets(secrets).keys('access token')[0];
  const claims = { ...claimsOf(client.tokens?.accessToken ?? ''), aud: 'another-service' };
  return await new JwtService({}).signAsync(claims, { secret, keyid, algorithm: 'HS256' });
}

/** A token of this session that the server itself could have made; in the past when `expiresInSec` is negative. */
export async function tokenOf({ tokens, user }: ApiClient, expiresInSec: number): Promise<string> {
  const config = testConfig();
  const signer = new AccessTokens(config, new Secrets(config.secrets), new JwtService({}));
  return await signer.sign({ userId: user.userId, sessionId: tokens?.session.id ?? '' }, expiresInSec);
}
