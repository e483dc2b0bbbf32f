import { randomBytes } from 'node:crypto';

/** An epoch to offer to a topic that begins: short, since clients send it back for each of up to 200 topics. */
export const newEpoch = (): string => randomBytes(6).toString('base64url');
