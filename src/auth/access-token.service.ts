import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { isUUID } from 'class-validator';
import { CONFIG } from '../config/config.module.js';
import { newId } from '../common/id.js';
import type { Config } from '../config/environment.js';
import { Secrets, type NamedKey } from '../config/secrets.js';
import type { SessionId } from './session.scripts.js';

const ISSUER = 'redistack';
const AUDIENCE = 'redistack-api';
// Pinned: what a token's own header says of `alg` or `jku` is never followed (RFC 8725, section 3.1).
const ALGORITHM = 'HS256';

/** Access tokens: short-lived JWTs that name a session; whether it lives is asked of Redis. */
@Injectable()
export class AccessTokens {
  private readonly keys: Map<string, Buffer>;
  private readonly newest: NamedKey;
  readonly ttlSec: number;

  constructor(
    @Inject(CONFIG) config: Config,
    secrets: Secrets,
    private readonly jwt: JwtService,
  ) {
    const keys = secrets.keys('access token');
    this.newest = keys[0];
    this.keys = new Map(keys.map(({ kid, key }) => [kid, key]));
    this.ttlSec = config.ACCESS_TOKEN_TTL_SEC;
  }

  async sign({ userId, sessionId }: SessionId, expiresInSec: number): Promise<string> {
    return await this.jwt.signAsync(
      { sid: sessionId },
      {
        ...{ secret: this.newest.key, keyid: this.newest.kid, algorithm: ALGORITHM, jwtid: newId() },
        ...{ issuer: ISSUER, audience: AUDIENCE, subject: userId, expiresIn: expiresInSec },
      },
    );
  }

  /** The session a token names; undefined when it is not one of ours or has run out. */
  async verify(token: string): Promise<SessionId | undefined> {
    const claims = await this.claimsOf(token);
    if (!claims || typeof claims['exp'] !== 'number') return undefined;
    const { sub: userId, sid: sessionId } = claims;
    return isUUID(userId) && isUUID(sessionId)
      ? { userId: String(userId), sessionId: String(sessionId) }
      : undefined;
  }

  private async claimsOf(token: string): Promise<Record<string, unknown> | undefined> {
    const secret = this.keys.get(kidOf(token));
    if (!secret) return undefined;
    const options = { secret, algorithms: [ALGORITHM as typeof ALGORITHM] };
    // Why a token is no good is nobody's business: every bad one is answered in the same words.
    return await this.jwt
      .verifyAsync<Record<string, unknown>>(token, { ...options, issuer: ISSUER, audience: AUDIENCE })
      .catch(() => undefined);
  }
}

/** The `kid` of a token's header: it only chooses among our own keys. */
function kidOf(token: string): string {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString());
    return header instanceof Object && 'kid' in header ? String(header.kid) : '';
  } catch {
    return '';
  }
}
