/** An opening or closing tag as CommonMark reads it (section 6.6); all others are text, or hostile. */
const ATTRIBUTE = /\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?/.source;
const TAG = new RegExp(`<(?:[A-Za-z][A-Za-z0-9-]*(?:${ATTRIBUTE})*\\s*/?|/[A-Za-z][A-Za-z0-9-]*\\s*)>`, 'y');
/** `<https://example.org>` or `<someone@example.org>`. */
const AUTOLINK = /<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+)>/y;

/** A comment that is longer is shown: to look for its end from each `<!--` to the end of the text takes too long. */
const COMMENT = /<!--[^]{0,1000}?-->/y;

export interface Angle {
  kind: 'tag' | 'autolink' | 'comment';
  text: string;
}

/** The name of no element, up to white space, `/` or `>`, and no attribute with a value after it. */
const INERT = /<(?=[^\s/>]{0,200}[^\s/>A-Za-z0-9-])[A-Za-z][^>=]{0,200}>/y;

/** Whether what is no tag of Markdown could not do anything as one of HTML, either: `<stdio.h>`. */
export const isInertAt = (text: string, at: number): boolean => matchAt(INERT, text, at) !== undefined;

/** What begins at a `<`, or 'nothing' where any reader shows a `<`, or 'broken' where some might see the beginning of a tag. */
export function angleAt(text: string, at: number): Angle | 'nothing' | 'broken' {
  if (!/[A-Za-z/!?]/.test(text[at + 1] ?? '')) return 'nothing';
  const autolink = matchAt(AUTOLINK, text, at);
  if (autolink !== undefined) return { kind: 'autolink', text: autolink };
  const tag = matchAt(TAG, text, at);
  if (tag !== undefined) return { kind: 'tag', text: tag };
  const comment = text.startsWith('<!--', at) ? matchAt(COMMENT, text, at) : undefined;
  return comment === undefined ? 'broken' : { kind: 'comment', text: comment };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
