import { generateSecret, generateURI, verifySync } from 'otplib';

/** A code every 30 s (RFC 6238), and one step of clock drift either way (its section 5.2). */
const STEP_SEC = 30;
const SECRET_BYTES = 20;
const ISSUER = 'RediStack';
const CODE = /^\d{6}$/;

/** 160 random bits in base32: as long as the HMAC's output (RFC 4226, section 4). */
export const newTotpSecret = (): string => generateSecret({ length: SECRET_BYTES });

/** What an authenticator app reads from a QR code. */
export const totpUri = (secret: string, username: string): string =>
  generateURI({ issuer: ISSUER, label: username, secret, period: STEP_SEC });

export const isTotpCode = (code: string): boolean => CODE.test(code);

/**
 * The 30 s step a code belongs to, the present one or a neighbour; undefined when it is wrong.
 * @param atSec seconds since 1970, by the clock that all nodes share
 */
export function stepOfCode(secret: string, code: string, atSec: number): bigint | undefined {
  if (!isTotpCode(code)) return undefined;
  const options = { secret, token: code, epoch: Math.floor(atSec), period: STEP_SEC };
  const result = verifySync({ ...options, epochTolerance: STEP_SEC });
  return result.valid && 'timeStep' in result ? BigInt(result.timeStep) : undefined;
}
