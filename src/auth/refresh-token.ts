import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a refresh token says: the session, and how often it has been rotated. */
export interface RefreshClaims {
  sessionId: string;
  generation: number;
}

const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(0|[1-9]\d{0,8})\.([\w-]{43})$/;

const macOf = (key: Buffer, body: string) => createHmac('sha256', key).update(body).digest('base64url');

/** `sid.generation.mac`; the same claims always give the same token, so nothing spent has to be remembered. */
export function makeRefreshToken(key: Buffer, { sessionId, generation }: RefreshClaims): string {
  const body = `${sessionId}.${generation}`;
  return `${body}.${macOf(key, body)}`;
}

/** The claims of a token with a good MAC; undefined for anything else. */
export function readRefreshToken(key: Buffer, token: string): RefreshClaims | undefined {
  const [, sessionId, generation, mac] = SHAPE.exec(token) ?? [];
  if (sessionId === undefined || generation === undefined || mac === undefined) return undefined;
  const expected = macOf(key, `${sessionId}.${generation}`);
  return timingSafeEqual(Buffer.from(mac), Buffer.from(expected))
    ? { sessionId, generation: Number(generation) }
    : undefined;
}
