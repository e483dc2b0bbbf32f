/** The number of Unicode code points: what a limit in "characters" means here. */
export function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count += 1;
  return count;
}

/** At most `length` code points, the last an ellipsis where there were more. */
export function cut(text: string, length: number): string {
  const points = Array.from(text.slice(0, 2 * length + 2));
  return points.length > length ? `${points.slice(0, length - 1).join('')}…` : text;
}

/** A name as it is kept and looked for: in one Unicode form (NFC), with single spaces and none around it. */
export const tidied = (text: string): string => text.normalize('NFC').replace(/\s+/gu, ' ').trim();

/**
 * A text in which neither Unicode form nor case can be told: "Straße" is "STRASSE" and "ΟΔΟΣ" is "οδος". Upper case
 * spells out what lower case has one letter for, and ẞ has to be lowered before; ς is a σ that ends a word (Unicode,
 * section 3.13, save that ı counts as the I it is written as in capitals).
 */
export function foldCase(text: string): string {
  const lower = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase();
  return lower.replaceAll('ς', 'σ').normalize('NFKC');
}
