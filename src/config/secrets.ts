import { createHash, createHmac, hkdfSync } from 'node:crypto';

/** A derived key and the short name that tokens give it. */
export interface NamedKey {
  kid: string;
  key: Buffer;
}

/**
 * A key of its own for each purpose, derived from JWT_SECRET by HKDF-SHA256 (RFC 5869). JWT_SECRET may list several
 * secrets: the first makes, every one checks, so that a secret can be replaced without signing anybody out.
 */
export class Secrets {
  constructor(private readonly secrets: readonly string[]) {}

  /** The keys of a purpose, the one to make with first. */
  keys(purpose: string): [NamedKey, ...NamedKey[]] {
    const [first, ...rest] = this.secrets.map((secret) => named(deriveKey(secret, purpose)));
    if (!first) throw new Error('JWT_SECRET is empty');
    return [first, ...rest];
  }

  /** The same without their names. */
  plainKeys(purpose: string): [Buffer, ...Buffer[]] {
    const [first, ...rest] = this.keys(purpose);
    return [first.key, ...rest.map(({ key }) => key)];
  }

  /** A keyed hash for what must be found again but never read: the same text gives the same hash. */
  mac(purpose: string, text: string): string {
    return createHmac('sha256', this.keys(purpose)[0].key).update(text).digest('base64url');
  }
}

const deriveKey = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `redistack ${purpose}`, 32));

const named = (key: Buffer): NamedKey => ({
  kid: createHash('sha256').update(key).digest('base64url').slice(0, 8),
  key,
});
