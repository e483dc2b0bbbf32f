const SAFE = ['http', 'https', 'mailto'];

/** Where a destination may begin: of a link, or of a definition (one reader allows a space before its colon). */
const OPENING = /\](\(|[ \t]?:)[\s>]*(<?)/g;
/** Whether a line begins with a bracket, as a definition does. */
const LABEL = /(?:^|\n)[ \t>*+\-\d.)]*\[/;
/** Of a label, in characters (CommonMark, section 4.7). */
const LABEL_LENGTH = 1_000;
const WORD = new RegExp(`\\S{0,${LABEL_LENGTH}}`, 'y');
const AFTER_INLINE = /[\s>]*[)"'(]/y;
const AFTER_DEFINED = /[ \t]*(?:\n|$)|[\s>]*["'(]/y;
/** A scheme's next character as it is written: itself, escaped or as an entity; browsers skip white space. */
const UNIT =
  /\\(?<escaped>[+.\-:])|&(?:#(?<decimal>\d{1,7});?|#[xX](?<hex>[\da-fA-F]{1,6});?|(?<named>colon|Tab|NewLine);)|(?<plain>[A-Za-z\d+.\-:])|(?<blank>[\0-\x20])/y;
const NAMED: Record<string, string> = { colon: ':', Tab: '\t', NewLine: '\n' };

/**
 * Markdown whose links and definitions lead nowhere but to http, https, mailto and relative addresses: of any other the
 * scheme becomes `#`.
 * @param isCode whether a place in the text is in code, which has no links
 */
export function withSafeLinks(text: string, isCode: (at: number) => boolean = () => false): string {
  let out = '';
  let done = 0;
  for (const match of text.matchAll(OPENING)) {
    const [opening, mark = '', angle] = match;
    const at = match.index + opening.length;
    const end = schemeEnd(text, at, angle === '<');
    if (end === undefined || at < done || isCode(match.index)) continue;
    if (angle === '' && !isDestination(text, at, mark === '(')) continue;
    if (mark !== '(' && !LABEL.test(text.slice(Math.max(0, match.index - LABEL_LENGTH), match.index)))
      continue;
    out += `${text.slice(done, at)}#`;
    done = end;
  }
  return out + text.slice(done);
}

/** Whether what begins at `at` can be nothing but words: after a destination comes a title or the end. */
function isDestination(text: string, at: number, isInline: boolean): boolean {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0] ?? '';
  if (word.length >= LABEL_LENGTH || (isInline && word.includes(')'))) return true;
  const after = isInline ? AFTER_INLINE : AFTER_DEFINED;
  after.lastIndex = at + word.length;
  return after.test(text);
}

/** Where an unsafe scheme with its colon ends; undefined for a safe one and for none. */
function schemeEnd(text: string, start: number, isInAngles: boolean): number | undefined {
  let scheme = '';
  UNIT.lastIndex = start;
  for (let unit = UNIT.exec(text); unit; unit = UNIT.exec(text)) {
    const { escaped, decimal, hex, named, plain, blank } = unit.groups ?? {};
    if (blank !== undefined && !isInAngles) return undefined;
    const char = escaped ?? plain ?? blank ?? NAMED[named ?? ''] ?? String.fromCodePoint(code(decimal, hex));
    if (char === ':')
      return /^[A-Za-z]/.test(scheme) && !SAFE.includes(scheme.toLowerCase()) ? UNIT.lastIndex : undefined;
    if (char > ' ' && !/[A-Za-z\d+.-]/.test(char)) return undefined;
    if (char > ' ') scheme += char;
  }
  return undefined;
}

function code(decimal: string | undefined, hex: string | undefined): number {
  const value = decimal === undefined ? parseInt(hex ?? '0', 16) : Number(decimal);
  return value > 0x10ffff ? 0xfffd : value;
}
