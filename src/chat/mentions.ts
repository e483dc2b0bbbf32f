/** A name as users have them (auth.dto.ts) behind an @ that does not end an address. */
const MENTION = /(?<![\p{L}\p{N}_@.])@([a-z0-9_]{3,30})(?![a-z0-9_]|\.?@)/giu;

/** Whom a text mentions, by their `username`, each once; whether they are there is not looked at. */
export const mentionsIn = (text: string): string[] => [
  ...new Set([...text.matchAll(MENTION)].map(([, name]) => (name ?? '').toLowerCase())),
];
