/** What a backslash makes literal in GIFT. */
const ESCAPED = /\\([\\:#={}~])|\\n/g;

/** GIFT text as it is meant. */
export function unescapeGift(text: string): string {
  return text.replace(ESCAPED, (_match, char?: string) => char ?? '\n');
}

/** A text as GIFT writes it, on one line. */
export function escapeGift(text: string): string {
  return text.replace(/[\\:#={}~]/g, '\\$&').replaceAll('\n', '\\n');
}

/** Puts a backslash before each of these of GIFT's signs that has none. */
export function escapeBare(text: string, chars: string): string {
  return text.replace(/\\[^]|[\\:#={}~]/g, (token) =>
    token.length === 1 && chars.includes(token) ? `\\${token}` : token,
  );
}

/** The place of the first unescaped `mark` from `from` on, or −1. */
export function indexOfBare(text: string, mark: string, from = 0): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(mark, at)) return at;
  }
  return -1;
}
