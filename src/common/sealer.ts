import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals secrets that must rest somewhere (a code in a job, a TOTP secret in a row): AES-256-GCM under a key derived from
 * JWT_SECRET. The context is bound in, so that what was sealed for one place opens in no other.
 */
export class Sealer {
  /** @param keys the newest first: it seals, every one of them opens */
  constructor(private readonly keys: readonly Buffer[]) {}

  seal(text: string, context: string): string {
    const [key] = this.keys;
    if (!key) throw new Error('A sealer needs a key');
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
  }

  /** The text, or undefined when it was not sealed here, was changed, or belongs elsewhere. */
  open(sealed: string, context: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
    return this.keys.map((key) => openWith(key, bytes, context)).find((text) => text !== undefined);
  }
}

function openWith(key: Buffer, bytes: Buffer, context: string): string | undefined {
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const start = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([start, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
