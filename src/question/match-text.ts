import { foldCase } from './text.js';

/** How two texts are compared: Unicode form, case and runs of white space do not matter, unless case should. */
export interface TextComparison {
  caseSensitive: boolean;
}

/**
 * Whether a learner's text is one an author accepts, who may write `*` for any run of characters and `\*` for an asterisk
 * (Moodle's short answer). No regular expression: the work is bounded by the product of the two lengths.
 */
export function matchesText(accepted: string, response: string, comparison: TextComparison): boolean {
  const [first = '', ...rest] = pieces(accepted.trim()).map((piece) => folded(piece, comparison));
  const text = folded(response.trim(), comparison);
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= end;
}

/** The literal texts between an author's asterisks. */
function pieces(accepted: string): string[] {
  const list = [''];
  for (const [token] of accepted.matchAll(/\\\*|[^]/gu)) {
    if (token === '*') list.push('');
    else list.push((list.pop() ?? '') + (token === '\\*' ? '*' : token));
  }
  return list;
}

function folded(text: string, { caseSensitive }: TextComparison): string {
  return (caseSensitive ? text.normalize('NFKC') : foldCase(text)).replace(/\s+/gu, ' ');
}
