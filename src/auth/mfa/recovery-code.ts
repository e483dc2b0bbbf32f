import { randomBytes } from 'node:crypto';

const COUNT = 10;
const GROUPS = 4;
const GROUP_LENGTH = 4;
/** Base32 (RFC 4648): no 0, 1 or 8 to mistake for a letter. 32 of them, so that five bits choose one evenly. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SHAPE = /^[A-Z2-7]{16}$/;

/** Ten codes of 80 random bits, as `ABCD-EFGH-IJKL-MNOP`. */
export const newRecoveryCodes = (): string[] => Array.from({ length: COUNT }, newRecoveryCode);

function newRecoveryCode(): string {
  const letters = [...randomBytes(GROUPS * GROUP_LENGTH)].map((byte) =>
    ALPHABET.charAt(byte % ALPHABET.length),
  );
  return Array.from({ length: GROUPS }, (_, group) =>
    letters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH).join(''),
  ).join('-');
}

/** A code as people type it: in either case, with spaces or hyphens where they like. */
export const plainCode = (typed: string): string => typed.replaceAll(/[\s-]/g, '').toUpperCase();

/** Whether a plain code could be a recovery code. */
export const isRecoveryCode = (plain: string): boolean => SHAPE.test(plain);
